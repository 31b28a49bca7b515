import type { Keyring } from '../crypto/keyring.ts';
import { newRowId, systemRandom } from '../crypto/tokens.ts';
import { sms } from '../factors/sms/factor.ts';
import { sealData } from '../flow/rules/factor.ts';
import { openContent } from '../outbox/sealed-content.ts';
import type { Database } from '../store/database.ts';
import { insertFactor } from '../store/factors/factors.ts';
import type { OutboxRow } from '../store/schema.ts';
import type { TestUser, UserDeps } from './users.ts';

/** A policy that lets users set up codes by text message to Dutch and Belgian numbers. A login offers no passkey after them. */
export const smsPolicy = {
  offerPasskeys: false,
  methods: [{ method: 'sms' as const }, { method: 'totp' as const }],
  sms: { country: 'NL', countries: ['NL', 'BE'] },
};

/** The phone number of the users of a test. */
export const NUMBER = '+31612345678';

/** Adds a phone number to a user. Returns the id of the factor. */
export async function addNumber(
  { database, keyring, clock }: UserDeps,
  user: Pick<TestUser, 'id' | 'organisation'>,
  number: string = NUMBER,
): Promise<string> {
  const now = clock();
  const owner = { id: newRowId(systemRandom, now), account_id: user.id, organisation_id: user.organisation };
  await database.write((tx) =>
    insertFactor(tx, {
      ...owner,
      ...{ method: 'sms', name: 'Phone number', state: 'active', last_step: -1, secret: '' },
      ...{ created_at: now, last_used_at: null, ended_at: null },
      data: sealData(sms, owner, { number }, keyring),
    }),
  );
  return owner.id;
}

/** A message with a code, as its recipient gets it. */
export interface SentCode {
  to: string;
  code: string;
  row: OutboxRow;
}

/** The messages with codes that were left for an account, oldest first. */
export async function sentCodes(
  { database, keyring }: { database: Database; keyring: Keyring },
  accountId: string,
): Promise<SentCode[]> {
  const rows = await database.read
    .selectFrom('outbox')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('template', 'in', ['sms-code', 'email-code'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => {
    const { sealed = '' } = JSON.parse(row.data) as { sealed?: string };
    const { to, code } = openContent<{ to: string; code: string }>(keyring, row.id, sealed);
    return { to, code, row };
  });
}

/** The code of the newest message of an account. @throws Error if there is none */
export async function newestCode(
  deps: { database: Database; keyring: Keyring },
  { id }: Pick<TestUser, 'id'>,
): Promise<string> {
  const newest = (await sentCodes(deps, id)).at(-1);
  if (!newest) throw new Error(`no code was sent to the account ${id}`);
  return newest.code;
}

/** A well-formed code that differs from this one. */
export function otherCode(code: string): string {
  return code === '000000' ? '000001' : '000000';
}

/** Gives a user an email address that is confirmed. */
export async function confirmAddress(
  { database, clock }: Pick<UserDeps, 'database' | 'clock'>,
  { id, username }: Pick<TestUser, 'id' | 'username'>,
  email = `${username}@mail.example`,
): Promise<void> {
  await database.write((tx) =>
    tx.updateTable('accounts').set({ email, email_confirmed_at: clock() }).where('id', '=', id).execute(),
  );
}
