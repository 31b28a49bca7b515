import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { type Reference, readModule } from './module.ts';

export interface Load {
  /** The entries and what they import, as paths in the package, in the order of loading. */
  readonly files: readonly string[];
  /** The sum of the file sizes in bytes. Each file is compressed separately with brotli at its highest level. */
  readonly bytes: number;
  /** How many files are loaded one after another before the last entry runs. */
  readonly roundTrips: number;
}

/**
 * Returns what a browser loads before the entry runs.
 * @throws Error if the entry imports a module outside the package, since the figure would then be too small
 */
export const firstLoad = (folder: string, entry: string): Load =>
  load(folder, [entry], ({ kind }) => kind !== 'dynamic');

/**
 * Returns everything that a browser can load for the entries, including the files that they load later.
 * @param isWanted returns false for a file that is never loaded, for example the texts of another language
 * @throws Error if a file imports a module outside the package
 */
export const wholeLoad = (folder: string, entries: readonly string[], isWanted: (file: string) => boolean): Load =>
  load(folder, entries, (_, file) => isWanted(file));

function load(
  folder: string,
  entries: readonly string[],
  follows: (reference: Reference, file: string) => boolean,
): Load {
  const depths = new Map(entries.map((entry) => [posix.normalize(entry), 1]));
  for (const [file, depth] of depths) {
    const { references } = readModule(file, readFileSync(join(folder, file), 'utf8'));
    for (const reference of references) {
      const { specifier } = reference;
      const target = posix.join(posix.dirname(file), specifier);
      if (!follows(reference, target) || depths.has(target)) continue;
      if (!specifier.startsWith('.')) throw new Error(`${file} needs '${specifier}', which is not in the package`);
      depths.set(target, depth + 1);
    }
  }
  const sizes = [...depths.keys()].map((file) => brotliCompressSync(readFileSync(join(folder, file))).length);
  return {
    files: [...depths.keys()],
    bytes: sizes.reduce((total, size) => total + size, 0),
    roundTrips: Math.max(...depths.values()),
  };
}
