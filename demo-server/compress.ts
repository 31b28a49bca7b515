import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const isText = (name: string): boolean => /\.(?:js|css|json|svg)$/.test(name);

/** Stores each text file of a folder a second and a third time, compressed with brotli and gzip at their highest levels. */
export function compressFolder(folder: string): void {
  const parameters = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!isText(name) || !statSync(path).isFile()) continue;
    const content = readFileSync(path);
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params: parameters }));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
  }
}

/** Adds the published files of the elements to the build, and compresses all files that browsers load. */
export const compress = (folder: string): Plugin => ({
  name: 'compress',
  closeBundle() {
    const elements = dirname(fileURLToPath(import.meta.resolve('@tweestap/elements/mfa-login.js')));
    const isScript = (path: string): boolean => statSync(path).isDirectory() || /\.(?:js|css)$/.test(path);
    cpSync(elements, join(folder, 'elements'), { recursive: true, filter: isScript });
    for (const name of ['assets', 'elements']) compressFolder(join(folder, name));
  },
});
