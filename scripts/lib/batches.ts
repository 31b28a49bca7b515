import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './files.ts';

/**
 * Writes files that import several test files each, and returns their paths. The process of a batch compiles the code under test
 * once and has optimised it after the first files: a process for each of 250 files takes twice the processor time. Adjacent
 * files go to different batches, since slow tests are often in the same folder.
 */
export function batches(found: readonly string[], count: number): string[] {
  const folder = join(root, '.build/test-batches');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // The walks of the oracle take longest, so each batch gets some.
  const isLong = (file: string): boolean => file.includes('/oracle/');
  const ordered = [...found.filter(isLong), ...found.filter((file) => !isLong(file))];
  return Array.from({ length: count }, (_, index) => {
    const own = ordered.filter((_file, position) => position % count === index);
    const path = join(folder, `batch-${String(index + 1).padStart(2, '0')}.test.ts`);
    writeFileSync(path, own.map((file) => `import '${pathToFileURL(join(root, file)).href}';\n`).join(''));
    return path;
  });
}
