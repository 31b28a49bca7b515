import { parseKeyring } from '../../crypto/keyring.ts';
import { newId, systemRandom } from '../../crypto/tokens.ts';
import { sealLink } from '../../links/seal-link.ts';
import { type OrganisationInput, parseOrganisation } from '../../organisations/schema.ts';
import type { Database } from '../../store/database.ts';
import { upsertOrganisation } from '../../store/organisations.ts';
import { enqueue } from '../../store/outbox.ts';
import type { AccountRow, OutboxRow } from '../../store/schema.ts';
import type { Fixture } from '../../store/testing/databases.ts';
import { addAccount } from '../../store/testing/rows.ts';
import { type Sender, startSender } from '../sender.ts';
import { createSmtp } from '../smtp.ts';
import { parseSmtpAddress } from '../smtp-address.ts';
import type { MailTransport } from '../transport.ts';

export const encryptionKeys = `test:${Buffer.alloc(32, 9).toString('base64')}`;
const keyring = parseKeyring(encryptionKeys);
const baseUrl = 'https://portal.example';

/** Impatient, so that a silent server is told in a test's time. */
const times = { dnsTimeout: 400, connectionTimeout: 400, greetingTimeout: 400, socketTimeout: 400 };

export const smtpTo = (address: string): MailTransport => createSmtp(parseSmtpAddress(address), times);

/** The organisation `clinic`, and Anna with her address. */
export async function addPeople(database: Database, given: Partial<OrganisationInput> = {}): Promise<AccountRow> {
  const organisation = parseOrganisation({ id: 'clinic', name: 'Clinic', help: { text: 'Call 140.' }, ...given });
  await database.write((tx) => upsertOrganisation(tx, organisation, 0));
  return await addAccount(database, { username: 'anna', name: 'Anna Visser', email: 'anna@clinic.example' });
}

/** What is left in the outbox, with a link where one is given. Answers its id. */
export async function leave(
  { database, clock }: Pick<Fixture, 'database' | 'clock'>,
  accountId: string | null,
  given: { template?: string; link?: string; data?: object } = {},
): Promise<string> {
  const { template = 'unlocked', link, data = {} } = given;
  const id = newId(systemRandom);
  const sealed = link === undefined ? {} : { link: sealLink(keyring, id, link) };
  const row = { id, organisation_id: 'clinic', account_id: accountId, channel: 'mail' as const, template };
  const times = { created_at: clock(), send_after: clock(), attempts: 0, sent_at: null };
  await database.write((tx) => enqueue(tx, { ...row, ...times, data: JSON.stringify({ ...sealed, ...data }) }));
  return id;
}

/** What a sender's logger was told, and the sender, which has looked once. */
export async function send(
  { database, clock }: { database: Database; clock: () => number },
  transport: MailTransport,
): Promise<{ sender: Sender; lines: string[] }> {
  const lines: string[] = [];
  const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger = { debug: write, info: write, warn: write, error: write };
  const sender = startSender({ database, transport, keyring, clock, random: systemRandom, logger, baseUrl });
  await sender.idle();
  return { sender, lines };
}

/** Looks again at once, and waits until nothing is due. */
export async function look(sender: Sender): Promise<void> {
  sender.wake();
  await sender.idle();
}

export async function rowOf(database: Database, id: string): Promise<OutboxRow> {
  return await database.read.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}
