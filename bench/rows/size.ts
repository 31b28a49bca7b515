import { bundled, firstLoad } from '../lib/first-load.ts';
import { whole } from '../lib/print.ts';

const GATE = 11_200;

/** Row 1: JavaScript until the first field shows. Sizes are the same every time, so there are no rounds. */
export async function sizeRow(): Promise<void> {
  const ours = await firstLoad('@tweestap/elements/mfa-login.js').catch(() => {
    throw new Error('row 1 measures the built elements, and there are none; run pnpm build first.');
  });
  const lit = await bundled("export { LitElement, css, html } from 'lit';");
  const hanko = await firstLoad('@teamhanko/hanko-elements');
  console.log('\n1  JavaScript until the first field, brotli');
  const sizes: [string, number][] = [
    ['Lit alone', lit],
    ['Tweestap, <mfa-login>', ours],
    ['Hanko, <hanko-auth>', hanko],
  ];
  for (const [name, size] of sizes) console.log(`  ${name.padEnd(44)} ${whole(size).padStart(10)} bytes`);
  console.log(`  ours / Lit alone ${(ours / lit).toFixed(2)}, ours / Hanko ${(ours / hanko).toFixed(2)}`);
  console.log(`  gate ${whole(GATE)} bytes: ${ours <= GATE ? 'met' : 'MISSED'}`);
}
