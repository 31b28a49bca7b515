import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { createPasswordHasher } from '../accounts/password-hasher.ts';
import { type Admin, createAdmin } from '../admin/admin.ts';
import { checkKeys } from '../admin/operator/key-check.ts';
import { parseKeyring } from '../crypto/keyring.ts';
import { newId, systemClock, systemRandom } from '../crypto/tokens.ts';
import { factors } from '../factors/index.ts';
import { readDatabaseSettings, readStoreSettings, type Settings } from '../settings.ts';
import type { Database } from '../store/database.ts';
import { isPostgres, openDatabase } from '../store/open/open-database.ts';
import { publishSignals } from '../store/signals.ts';
import { CliError, type Terminal } from './terminal.ts';

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

/** How a verb opens the database. */
interface Opening {
  /** The keys need not match the database, for verbs that fix this. Default: false. */
  anyKey?: boolean;
  /** A missing file is created. Default: false, because its path is more likely mistyped. */
  create?: boolean;
}

/**
 * Opens the database of the settings, runs `work`, and always closes the database.
 * @throws WrongKeyError, SettingsError, CliError, or what `work` throws
 */
export async function withAdmin<T>(
  { env }: Terminal,
  work: (admin: Admin) => Promise<T>,
  { anyKey = false, create = false }: Opening = {},
): Promise<T> {
  const settings = readStoreSettings(env);
  const { baseUrl } = settings;
  const keyring = parseKeyring(settings.encryptionKeys);
  return await within({ ...settings, create }, async (database) => {
    if (!anyKey) await checkKeys({ database, keyring, clock: systemClock });
    const hasher = createPasswordHasher({ random: systemRandom });
    const deps = { factors, database, keyring, hasher, clock: systemClock, random: systemRandom, baseUrl };
    return await work(createAdmin(deps));
  });
}

/** Opens the database of the settings without keys, for verbs that decrypt no secret, runs `work`, and closes it. */
export async function withDatabase<T>({ env }: Terminal, work: (database: Database) => Promise<T>): Promise<T> {
  return await within({ ...readDatabaseSettings(env), create: false }, work);
}

async function within<T>(
  { database: address, schema, create }: Pick<Settings, 'database' | 'schema'> & { create: boolean },
  work: (database: Database) => Promise<T>,
): Promise<T> {
  // A missing folder is named by the database.
  const isMissing = !isPostgres(address) && !existsSync(address) && existsSync(dirname(address));
  if (isMissing && !create) {
    const remedy = 'Correct the path, start the server once, or create the file with add-organisation --create.';
    throw new CliError('no-database', `TWEESTAP_DATABASE: there is no file "${address}". ${remedy}`);
  }
  const opened = await openDatabase(address, { clock: systemClock, schema });
  // The running servers learn what waits for a change, and whose sessions ended.
  const database = publishSignals(opened, { sender: newId(systemRandom), clock: systemClock, emit: () => undefined });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
