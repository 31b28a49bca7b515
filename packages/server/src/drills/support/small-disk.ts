import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MIB = 1024 * 1024;

/**
 * A disk of a few megabytes that only the process started with its launcher sees: a tmpfs in a separate mount namespace,
 * which disappears with that process.
 */
export interface SmallDisk {
  /** The program and arguments to put in front of a command. */
  readonly launcher: readonly [string, ...string[]];
  /** The database's path as the process sees it. */
  readonly database: string;
  /** The path of a database that is copied to the disk. Create it before the process is started. */
  readonly template: string;
  /** Fills the disk to its last byte. */
  fill(pid: number): void;
  /** Frees the space again. */
  empty(pid: number): void;
  /** Deletes the folder of the disk. */
  remove(): void;
}

/** Prepares a disk of a size in megabytes, writable by default. */
export function smallDisk(megabytes: number, how: { readOnly?: true } = {}): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-disk-'));
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const seen = (pid: number, name: string): string => join(`/proc/${pid}/root`, disk, name);
  const isRoot = process.getuid?.() === 0;
  const template = join(folder, 'tweestap.db');
  const mount = `mount -t tmpfs -o size=${megabytes}m,mode=0755 tmpfs "$1" && cp "$2" "$1" && ${how.readOnly ? 'mount -o remount,ro "$1" &&' : ''} shift 2 && exec "$@"`;
  return {
    launcher: ['unshare', isRoot ? '-m' : '-rm', 'sh', '-c', mount, 'sh', disk, template],
    database: join(disk, 'tweestap.db'),
    template,
    fill(pid) {
      const ballast = openSync(seen(pid, 'ballast'), 'w');
      try {
        for (let piece = MIB; piece >= 1; ) if (!wrote(ballast, piece)) piece = Math.floor(piece / 2);
      } finally {
        closeSync(ballast);
      }
    },
    empty: (pid) => rmSync(seen(pid, 'ballast')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Writes bytes. Returns whether there was space for all of them. */
function wrote(file: number, bytes: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(bytes)) === bytes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
