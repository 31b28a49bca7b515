import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { files } from './lib/files.ts';
import { firstLoad, wholeLoad } from './lib/first-load.ts';
import { type Packed, withPacked } from './lib/pack.ts';
import { report } from './lib/report.ts';

/** Bytes of brotli until `<mfa-login>` shows its first field. */
const budget = 11_500;

/** Files that are loaded one after another until `<mfa-login>` shows its first field. */
const ROUND_TRIPS = 1;

/** Bytes of brotli of all that a page with `<mfa-login>` and `<mfa-settings>` can load, with the texts of one language. */
const APP_BUDGET = 60_000;

const languages = ['en', 'nl'];

/** Words that only zod or the server's code has: none may be in a file that browsers load. */
const foreign = ['ZodError', '_zod', 'createTweestap', '"node:', "'node:", '`node:', 'argon2', 'kysely', 'process.env'];

/** @throws Error if the package has no such element */
function entryOf({ manifest }: Packed, path: string): string {
  const target = manifest.exports[path];
  const entry = typeof target === 'object' ? target.default : target;
  if (!entry) throw new Error(`@tweestap/elements does not export '${path}'`);
  return entry;
}

/** The size of an app that has the login and the settings, for the language with the longest texts. */
function appViolations(packed: Packed): string[] {
  const entries = ['./mfa-login.js', './mfa-settings.js'].map((path) => entryOf(packed, path));
  const isOther = (file: string, language: string): boolean =>
    languages.some((other) => other !== language && new RegExp(`[/-]${other}\\.js$`).test(file));
  const sizes = languages.map(
    (language) => wholeLoad(packed.folder, entries, (file) => !isOther(file, language)).bytes,
  );
  const largest = Math.max(...sizes);
  console.log(`size: ${largest} bytes of brotli for the login and the settings in one app, with one language`);
  return largest > APP_BUDGET ? [`an app of ${largest} bytes is over the budget of ${APP_BUDGET}`] : [];
}

function sizeViolations(packed: Packed): string[] {
  const { folder } = packed;
  const entry = entryOf(packed, './mfa-login.js');
  const load = firstLoad(folder, entry);
  console.log(`size: ${load.bytes} bytes of brotli until <mfa-login> shows its first field (${load.files.join(', ')})`);
  const found = appViolations(packed);
  if (load.roundTrips > ROUND_TRIPS) found.push(`${load.roundTrips} files are loaded one after another`);
  if (load.bytes > budget) found.push(`${load.bytes} bytes are over the budget of ${budget}`);
  for (const file of files(folder, '**/*.js')) {
    const source = readFileSync(join(folder, file), 'utf8');
    for (const word of foreign) if (source.includes(word)) found.push(`${file} contains '${word}'`);
    if (load.files.includes(file) && /\bfetch\(/.test(source)) found.push(`${file} calls fetch before the first field`);
  }
  return found;
}

report('size', await withPacked('elements', sizeViolations));
