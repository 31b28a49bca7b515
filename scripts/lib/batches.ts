import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './files.ts';

/** How batches are written. */
export interface BatchOptions {
  /** The number of batches. */
  readonly count: number;
  /** The folder of the batches, in the folder for builds. It is emptied first. */
  readonly folder: string;
  /** The specifier by which a batch imports a file. */
  readonly specifier: (file: string) => string;
}

/** The specifier of a file in Node. */
export const fileUrl = (file: string): string => pathToFileURL(join(root, file)).href;

/**
 * Writes files that import several test files each, and returns their paths. The process or page of a batch loads the code under
 * test once, and has optimised it after the first files: one for each of 250 files takes twice as much processor time. Adjacent
 * files go to different batches, since slow tests are often in the same folder.
 */
export function batches(found: readonly string[], { count, folder, specifier }: BatchOptions): string[] {
  const place = join(root, '.build', folder);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  // The walks of the oracle take longest, so each batch gets some.
  const isLong = (file: string): boolean => file.includes('/oracle/');
  const ordered = [...found.filter(isLong), ...found.filter((file) => !isLong(file))];
  return Array.from({ length: count }, (_, index) => {
    const own = ordered.filter((_file, position) => position % count === index);
    const path = join(place, `batch-${index + 1}.test.ts`);
    writeFileSync(path, own.map((file) => `import '${specifier(file)}';\n`).join(''));
    return path;
  });
}
