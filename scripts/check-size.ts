import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { files } from './lib/files.ts';
import { firstLoad } from './lib/first-load.ts';
import { type Packed, withPacked } from './lib/pack.ts';
import { report } from './lib/report.ts';

/** Bytes of brotli until `<mfa-login>` shows its first field. */
const budget = 11_500;

/** Words that only zod or the server's code has: none may be in a file that browsers load. */
const foreign = ['ZodError', '_zod', 'createTweestap', '"node:', "'node:", '`node:', 'argon2', 'kysely', 'process.env'];

function sizeViolations({ folder, manifest }: Packed): string[] {
  const target = manifest.exports['./mfa-login.js'];
  const entry = typeof target === 'object' ? target.default : target;
  if (!entry) return ["@tweestap/elements does not export './mfa-login.js'"];
  const load = firstLoad(folder, entry);
  console.log(`size: ${load.bytes} bytes of brotli until <mfa-login> shows its first field (${load.files.join(', ')})`);
  const found: string[] = [];
  if (load.bytes > budget) found.push(`${load.bytes} bytes are over the budget of ${budget}`);
  for (const file of files(folder, '**/*.js')) {
    const source = readFileSync(join(folder, file), 'utf8');
    for (const word of foreign) if (source.includes(word)) found.push(`${file} contains '${word}'`);
    if (load.files.includes(file) && /\bfetch\(/.test(source)) found.push(`${file} calls fetch before the first field`);
  }
  return found;
}

report('size', await withPacked('elements', sizeViolations));
