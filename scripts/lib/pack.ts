import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './files.ts';
import { runQuietly } from './run.ts';

/** The published packages, in the order of their dependencies. */
export const published = ['protocol', 'client', 'elements', 'react', 'server'] as const;

export interface Packed {
  /** The path of the archive that would be published. */
  readonly tarball: string;
  /** The folder with the unpacked archive. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name: string;
  /** The target of each path, or its targets by condition. */
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packs a package into a temporary folder, calls `use` with it, and removes the folder. */
export async function withPacked<T>(name: string, use: (packed: Packed) => Promise<T> | T): Promise<T> {
  const temporary = mkdtempSync(join(tmpdir(), 'tweestap-pack-'));
  try {
    runQuietly('pnpm', ['pack', '--pack-destination', temporary], join(root, 'packages', name));
    const archive = readdirSync(temporary).find((file) => file.endsWith('.tgz'));
    if (!archive) throw new Error(`pnpm pack created no archive of packages/${name}`);
    runQuietly('tar', ['-xzf', archive], temporary);
    const folder = join(temporary, 'package');
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    return await use({ tarball: join(temporary, archive), folder, manifest });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
