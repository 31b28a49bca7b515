import { parseKeyring } from '../../crypto/keyring.ts';
import { newRowId, systemRandom } from '../../crypto/tokens.ts';
import { sealLink } from '../../links/leave-mail.ts';
import { type OrganisationInput, parseOrganisation } from '../../organisations/schema.ts';
import { type Sender, startSender } from '../../outbox/sender.ts';
import type { Database } from '../../store/database.ts';
import { upsertOrganisation } from '../../store/organisations.ts';
import { enqueue } from '../../store/outbox.ts';
import type { AccountRow, OutboxRow } from '../../store/schema.ts';
import { type Fixture, withDatabases } from '../../store/testing/databases.ts';
import { addAccount } from '../../store/testing/rows.ts';
import { mailChannel } from '../mail-channel.ts';
import type { MailTransport } from '../transport.ts';
import { type MailServer, type MailServerOptions, startMailServer } from './mail-server.ts';
import { encryptionKeys, smtpTo } from './smtp-to.ts';

const keyring = parseKeyring(encryptionKeys);
const baseUrl = 'https://portal.example';

/** Adds the organisation `clinic`, and the user Anna with an email address. Returns Anna's account. */
export async function addClinic(database: Database, given: Partial<OrganisationInput> = {}): Promise<AccountRow> {
  const organisation = parseOrganisation({ id: 'clinic', name: 'Clinic', help: { text: 'Call 140.' }, ...given });
  await database.write((tx) => upsertOrganisation(tx, organisation, 0));
  return await addAccount(database, { username: 'anna', name: 'Anna Visser', email: 'anna@clinic.example' });
}

/** Adds an email to the outbox, with a sealed link if one is given. Returns the id of its row. */
export async function leave(
  { database, clock }: Pick<Fixture, 'database' | 'clock'>,
  accountId: string | null,
  given: { template?: string; link?: string; data?: object } = {},
): Promise<string> {
  const { template = 'unlocked', link, data = {} } = given;
  const id = newRowId(systemRandom, clock());
  const sealed = link === undefined ? {} : { link: sealLink(keyring, id, link) };
  const row = { id, organisation_id: 'clinic', account_id: accountId, channel: 'mail' as const, template };
  const times = { created_at: clock(), send_after: clock(), attempts: 0, sent_at: null };
  await database.write((tx) => enqueue(tx, { ...row, ...times, data: JSON.stringify({ ...sealed, ...data }) }));
  return id;
}

interface Started {
  sender: Sender;
  /** The lines of its log. */
  lines: string[];
}

/** Starts a sender and waits until it has processed the outbox once. */
export async function send(
  { database, clock }: { database: Database; clock: () => number },
  transport: MailTransport,
): Promise<Started> {
  const lines: string[] = [];
  const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger = { debug: write, info: write, warn: write, error: write };
  const channel = mailChannel({ read: database.read, transport, keyring, baseUrl });
  const sender = startSender({ database, channel, clock, random: systemRandom, logger });
  await sender.idle();
  return { sender, lines };
}

/** Polls the outbox now, and waits until no row is due. */
export async function look(sender: Sender): Promise<void> {
  sender.wake();
  await sender.idle();
}

/** Returns the outbox row with this id. */
export async function rowOf(database: Database, id: string): Promise<OutboxRow> {
  return await database.read.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/**
 * A database with the user Anna, a mail server, and senders. All of them are closed after the test, even if it fails.
 */
export interface MailWorld extends Fixture {
  /** The id of Anna's account. */
  anna: string;
  server: MailServer;
  /** Starts a further mail server. */
  startServer(options?: MailServerOptions): Promise<MailServer>;
  /** Starts a sender. Default: with the fixture's mail server, database and clock. */
  send(to?: { transport?: MailTransport; database?: Database; clock?: () => number }): Promise<Started>;
}

/** Registers a test that has a mail server and runs on both databases. */
export function withMail(name: string, run: (world: MailWorld) => Promise<void>): void {
  withDatabases(name, async (fixture) => {
    const ends: (() => Promise<void>)[] = [];
    const startServer: MailWorld['startServer'] = async (options) => {
      const server = await startMailServer(options);
      ends.push(() => server.close());
      return server;
    };
    const server = await startServer();
    const { id: anna } = await addClinic(fixture.database);
    const start: MailWorld['send'] = async (to = {}) => {
      const { transport = smtpTo(server.address), database = fixture.database, clock = fixture.clock } = to;
      const started = await send({ database, clock }, transport);
      ends.unshift(() => started.sender.stop());
      return started;
    };
    try {
      await run({ ...fixture, anna, server, startServer, send: start });
    } finally {
      for (const end of ends) await end();
    }
  });
}
