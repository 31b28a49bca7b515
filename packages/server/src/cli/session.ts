import type { Command } from 'commander';
import { createPasswordHasher } from '../accounts/password-hasher.ts';
import { type Admin, createAdmin } from '../admin/admin.ts';
import { checkKeys } from '../admin/operator/key-check.ts';
import { parseKeyring } from '../crypto/keyring.ts';
import { systemClock, systemRandom } from '../crypto/tokens.ts';
import { factors } from '../factors/index.ts';
import { readDatabaseSetting, readStoreSettings } from '../settings.ts';
import type { Database } from '../store/database.ts';
import { openDatabase } from '../store/open/open-database.ts';
import type { Terminal } from './terminal.ts';

/** What a verb answers: `data` for `--json`, `lines` for people, `ok: false` for a non-zero exit code. */
export interface Answer {
  data: unknown;
  lines: readonly string[];
  ok?: boolean;
}

/** What the verbs are registered with. */
export interface Cli {
  program: Command;
  terminal: Terminal;
  /** Prints the answer as `--json` or as lines, and sets the exit code. */
  answer(answer: Answer): void;
}

/** Help text under the options. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

/**
 * Opens what the settings name, does the work, and lets go of it whatever happens. With `anyKey` also where the keys are
 * not those of the database, for verbs that mend that. @throws WrongKeyError
 */
export async function withAdmin<T>(
  { env }: Terminal,
  work: (admin: Admin) => Promise<T>,
  { anyKey = false }: { anyKey?: boolean } = {},
): Promise<T> {
  const settings = readStoreSettings(env);
  const { baseUrl } = settings;
  const keyring = parseKeyring(settings.encryptionKeys);
  return await within(settings.database, async (database) => {
    if (!anyKey) await checkKeys({ database, keyring, clock: systemClock });
    const hasher = createPasswordHasher({ random: systemRandom });
    const deps = { factors, database, keyring, hasher, clock: systemClock, random: systemRandom, baseUrl };
    return await work(createAdmin(deps));
  });
}

/** For verbs that open no secret: no key is asked. */
export async function withDatabase<T>({ env }: Terminal, work: (database: Database) => Promise<T>): Promise<T> {
  return await within(readDatabaseSetting(env), work);
}

async function within<T>(address: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(address, { clock: systemClock });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
