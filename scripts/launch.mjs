// Plain JavaScript, so that any version of Node can run it. `node scripts/launch.mjs <script> …` runs scripts/<script>.ts
// as if it had been started directly. If it can't start, it prints one line with the reason.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [script, ...args] = process.argv.slice(2);
const [major, minor] = process.versions.node.split('.').map(Number);

if (!existsSync(join(import.meta.dirname, '../node_modules/typescript'))) {
  fail('The dependencies are not installed. See the messages above for the reason.');
} else if (major < 22 || (major === 22 && minor < 18)) {
  fail(`Node must be version 22.18 or later, got ${process.version}.`);
} else {
  const path = join(import.meta.dirname, `${script}.ts`);
  process.argv = [process.argv[0], path, ...args];
  await import(pathToFileURL(path).href);
}

function fail(line) {
  console.error(line);
  process.exitCode = 1;
}
