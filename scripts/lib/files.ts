import { globSync } from 'node:fs';
import { join } from 'node:path';

/** The root folder of the repository. */
export const root = join(import.meta.dirname, '../..');

const skipped = new Set(['node_modules', 'dist', '.git', '.build', '.data', 'test-results', 'playwright-report']);

/**
 * Returns the files under `base` that match, as sorted relative paths with forward slashes. Installed and built files are
 * excluded.
 */
export function files(base: string, ...patterns: string[]): string[] {
  const found = globSync(patterns, { cwd: base, exclude: (path) => skipped.has(path.split(/[\\/]/).at(-1) ?? '') });
  return found.map((path) => path.replaceAll('\\', '/')).sort();
}

export const isTest = (file: string): boolean => /\.(test|spec)\.ts$|\/testing\//.test(file);
