import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { readModule } from './module.ts';

export interface FirstLoad {
  /** The entry and its static imports, as paths in the package, in the order of loading. */
  readonly files: readonly string[];
  /** The sum of the file sizes in bytes. Each file is compressed separately with brotli at its highest level. */
  readonly bytes: number;
}

/**
 * Returns what a browser loads before the entry runs.
 * @throws Error if the entry imports a module outside the package, since the figure would then be too small
 */
export function firstLoad(folder: string, entry: string): FirstLoad {
  const found = new Set([posix.normalize(entry)]);
  for (const file of found) {
    const { references } = readModule(file, readFileSync(join(folder, file), 'utf8'));
    for (const { specifier, kind } of references) {
      if (kind === 'dynamic') continue;
      if (!specifier.startsWith('.')) throw new Error(`${file} needs '${specifier}', which is not in the package`);
      found.add(posix.join(posix.dirname(file), specifier));
    }
  }
  const sizes = [...found].map((file) => brotliCompressSync(readFileSync(join(folder, file))).length);
  return { files: [...found], bytes: sizes.reduce((total, size) => total + size, 0) };
}
