import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './files.ts';

/** Test files that one process runs, one after another. */
const PER_BATCH = 10;

/**
 * Files that import several test files each. A process for every test file would spend more time on starting than on
 * testing. Neighbours are dealt to different batches, since the slow tests of a folder are alike.
 */
export function batches(found: readonly string[]): string[] {
  const folder = join(root, '.build/test-batches');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const count = Math.ceil(found.length / PER_BATCH);
  return Array.from({ length: count }, (_, index) => {
    const own = found.filter((_file, position) => position % count === index);
    const path = join(folder, `batch-${String(index + 1).padStart(2, '0')}.test.ts`);
    writeFileSync(path, own.map((file) => `import '${pathToFileURL(join(root, file)).href}';\n`).join(''));
    return path;
  });
}
