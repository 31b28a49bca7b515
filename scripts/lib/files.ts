import { globSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root. */
export const root = join(import.meta.dirname, '../..');

const skipped = new Set(['node_modules', 'dist', '.git', '.build', '.data', 'test-results', 'playwright-report']);

/** Files under `base` that match, as relative paths with forward slashes, sorted; what is installed or built is left out. */
export function files(base: string, ...patterns: string[]): string[] {
  const found = globSync(patterns, { cwd: base, exclude: (path) => skipped.has(path.split(/[\\/]/).at(-1) ?? '') });
  return found.map((path) => path.replaceAll('\\', '/')).sort();
}

export const isTest = (file: string): boolean => /\.(test|spec)\.ts$|\/testing\//.test(file);
