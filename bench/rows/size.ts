import { bundled, firstLoad } from '../lib/first-load.ts';
import { whole } from '../lib/print.ts';

const MAX_BYTES = 11_200;

/** Row 1: the size of the JavaScript that a browser loads before the first field is shown. Sizes are constant, so there are no rounds. */
export async function sizeRow(): Promise<void> {
  const ours = await firstLoad('@tweestap/elements/mfa-login.js').catch(() => {
    throw new Error('Row 1 needs the built elements. Run pnpm build first.');
  });
  const lit = await bundled("export { LitElement, css, html } from 'lit';");
  const hanko = await firstLoad('@teamhanko/hanko-elements');
  console.log('\n1  JavaScript before the first field, compressed with brotli');
  const sizes: [string, number][] = [
    ['Lit alone', lit],
    ['Tweestap, <mfa-login>', ours],
    ['Hanko, <hanko-auth>', hanko],
  ];
  for (const [name, size] of sizes) console.log(`  ${name.padEnd(44)} ${whole(size).padStart(10)} bytes`);
  console.log(`  ours / Lit alone ${(ours / lit).toFixed(2)}, ours / Hanko ${(ours / hanko).toFixed(2)}`);
  console.log(`  gate ${whole(MAX_BYTES)} bytes: ${ours <= MAX_BYTES ? 'met' : 'MISSED'}`);
}
