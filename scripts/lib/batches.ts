import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './files.ts';

/** The number of test files in one batch, which one process runs in sequence. */
const FILES_PER_BATCH = 16;

/**
 * Writes files that import several test files each, and returns their paths. A process for each test file would spend more
 * time on starting than on testing. Adjacent files go to different batches, since slow tests are often in the same folder.
 */
export function batches(found: readonly string[]): string[] {
  const folder = join(root, '.build/test-batches');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const count = Math.ceil(found.length / FILES_PER_BATCH);
  // The walks of the oracle take longest. Their batches start first, so that no long batch is left at the end.
  const isLong = (file: string): boolean => file.includes('/oracle/');
  const ordered = [...found.filter(isLong), ...found.filter((file) => !isLong(file))];
  return Array.from({ length: count }, (_, index) => {
    const own = ordered.filter((_file, position) => position % count === index);
    const path = join(folder, `batch-${String(index + 1).padStart(2, '0')}.test.ts`);
    writeFileSync(path, own.map((file) => `import '${pathToFileURL(join(root, file)).href}';\n`).join(''));
    return path;
  });
}
