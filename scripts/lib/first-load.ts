import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { readModule } from './module.ts';

export interface FirstLoad {
  /** The entry and what it imports statically, as paths in the package, in the order of loading. */
  readonly files: readonly string[];
  /** The sum of the files' sizes, each compressed by itself with brotli at its best, as a server would send them. */
  readonly bytes: number;
}

/**
 * What a browser has to load before the entry runs. Throws when the entry needs something that the package does not
 * contain: then the figure would be too small.
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
