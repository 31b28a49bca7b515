import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { files, isTest } from './files.ts';

const inputs = [
  '{packages/*,demo-server}/*.{json,ts,mjs}',
  '{packages/*,demo-server}/{src,static,generate}/**/*',
  '{package.json,pnpm-lock.yaml,tsconfig.base.json,tsconfig.json}',
  'scripts/build.ts',
];

const outputs = [
  'packages/protocol/dist/index.js',
  'packages/client/dist/index.js',
  'packages/elements/dist/mfa-login.js',
  'packages/react/dist/index.js',
  'packages/server/dist/index.js',
  'demo-server/dist/server/demo.js',
  'demo-server/dist/server/start.js',
];

const stampFile = (base: string): string => join(base, '.build/stamp');

/**
 * Returns a digest of the names and contents of all files that a build reads. File times are ignored, so that a new checkout
 * or copy is not built again.
 */
export function digestOfInputs(base: string): string {
  const hash = createHash('sha256');
  for (const file of files(base, ...inputs).filter((name) => !isTest(name))) {
    const content = readIfFile(join(base, file));
    if (content) hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Returns whether the last build was made from these inputs and its outputs still exist. */
export function isUpToDate(base: string, digest: string): boolean {
  if (!existsSync(stampFile(base)) || readFileSync(stampFile(base), 'utf8') !== digest) return false;
  return outputs.every((file) => existsSync(join(base, file)));
}

export function writeStamp(base: string, digest: string): void {
  mkdirSync(dirname(stampFile(base)), { recursive: true });
  writeFileSync(stampFile(base), digest);
}

function readIfFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return undefined;
    throw error;
  }
}
