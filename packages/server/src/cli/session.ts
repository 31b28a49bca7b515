import type { Command } from 'commander';
import { createPasswordHasher } from '../accounts/password-hasher.ts';
import { type Admin, createAdmin } from '../admin/admin.ts';
import { checkKeys } from '../admin/operator/key-check.ts';
import { parseKeyring } from '../crypto/keyring.ts';
import { newId, systemClock, systemRandom } from '../crypto/tokens.ts';
import { factors } from '../factors/index.ts';
import { readDatabaseSettings, readStoreSettings, type Settings } from '../settings.ts';
import type { Database } from '../store/database.ts';
import { openDatabase } from '../store/open/open-database.ts';
import { publishSignals } from '../store/signals.ts';
import type { Terminal } from './terminal.ts';

/** The result of a verb. */
export interface Answer {
  /** The result for `--json`. */
  data: unknown;
  /** The result as lines of text. */
  lines: readonly string[];
  /** False gives exit code 1. Default: true. */
  ok?: boolean;
}

/** The program to which verbs are added, and their input and output. */
export interface Cli {
  /** The program of commander. */
  program: Command;
  /** The environment, input and output. */
  terminal: Terminal;
  /** Prints the result as JSON or as lines, and sets the exit code. */
  answer(answer: Answer): void;
}

/** Formats examples for the end of a help text. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

/**
 * Opens the database of the settings, runs `work`, and always closes the database. With `anyKey` (default: false), the
 * keys need not match the database, for verbs that fix this. @throws WrongKeyError, SettingsError, or what `work`
 * throws
 */
export async function withAdmin<T>(
  { env }: Terminal,
  work: (admin: Admin) => Promise<T>,
  { anyKey = false }: { anyKey?: boolean } = {},
): Promise<T> {
  const settings = readStoreSettings(env);
  const { baseUrl } = settings;
  const keyring = parseKeyring(settings.encryptionKeys);
  return await within(settings, async (database) => {
    if (!anyKey) await checkKeys({ database, keyring, clock: systemClock });
    const hasher = createPasswordHasher({ random: systemRandom });
    const deps = { factors, database, keyring, hasher, clock: systemClock, random: systemRandom, baseUrl };
    return await work(createAdmin(deps));
  });
}

/** Opens the database of the settings without keys, for verbs that decrypt no secret, runs `work`, and closes it. */
export async function withDatabase<T>({ env }: Terminal, work: (database: Database) => Promise<T>): Promise<T> {
  return await within(readDatabaseSettings(env), work);
}

async function within<T>(
  { database: address, schema }: Pick<Settings, 'database' | 'schema'>,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const opened = await openDatabase(address, { clock: systemClock, schema });
  // The running servers learn what waits for a change, and whose sessions ended.
  const database = publishSignals(opened, { sender: newId(systemRandom), clock: systemClock, emit: () => undefined });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
