import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux has a file system in memory. */
const SHARED_MEMORY = '/dev/shm';
/** Bytes that must be free there. A run of all tests writes less than a quarter of it. */
const NEEDED = 4 * 2 ** 30;

/**
 * Gives the programs that this process starts a folder for temporary files that is in memory, where the machine has one. The
 * databases of the tests then wait for no disk. The folder is deleted when the process ends.
 */
export function useMemoryFolder(): void {
  if (!existsSync(SHARED_MEMORY)) return;
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  if (bavail * bsize < NEEDED) return;
  const folder = mkdtempSync(join(SHARED_MEMORY, 'tweestap-'));
  // PostgreSQL runs as a user of its own. What is in the folder has permissions of its own.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
}
