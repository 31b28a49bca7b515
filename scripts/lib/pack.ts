import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './files.ts';
import { runQuietly } from './run.ts';

/** The packages that are published, in the order of their dependencies. */
export const published = ['protocol', 'client', 'elements', 'server'] as const;

export interface Packed {
  /** The archive as it would be published. */
  readonly tarball: string;
  /** Its contents, unpacked. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name: string;
  /** A path's target, or its targets by condition. */
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Packs one package into a temporary folder, hands it to `use`, and removes it again. */
export async function withPacked<T>(name: string, use: (packed: Packed) => Promise<T> | T): Promise<T> {
  const temporary = mkdtempSync(join(tmpdir(), 'tweestap-pack-'));
  try {
    runQuietly('pnpm', ['pack', '--pack-destination', temporary], join(root, 'packages', name));
    const archive = readdirSync(temporary).find((file) => file.endsWith('.tgz'));
    if (!archive) throw new Error(`pnpm pack made no archive of packages/${name}`);
    runQuietly('tar', ['-xzf', archive], temporary);
    const folder = join(temporary, 'package');
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    return await use({ tarball: join(temporary, archive), folder, manifest });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
