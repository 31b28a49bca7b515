import { parseKeyring } from '../../crypto/keyring.ts';
import { newRowId, systemRandom } from '../../crypto/tokens.ts';
import { type OrganisationInput, parseOrganisation } from '../../organisations/schema.ts';
import { type Sender, startSender } from '../../outbox/sender.ts';
import type { Database } from '../../store/database.ts';
import { upsertOrganisation } from '../../store/organisations.ts';
import type { OutboxRow } from '../../store/schema.ts';
import { type Fixture, withDatabases } from '../../store/testing/databases.ts';
import { aChallenge, addAccount } from '../../store/testing/rows.ts';
import { createGateway } from '../gateway.ts';
import { type SmsGateway, smsGateway } from '../gateway-settings.ts';
import { type CodeSms, leaveSms } from '../leave-sms.ts';
import { smsChannel } from '../sms-channel.ts';
import { type GatewayServer, startGateway } from './gateway-server.ts';

/** The encryption keys of the SMS tests. */
export const encryptionKeys = `test:${Buffer.alloc(32, 9).toString('base64')}`;
/** The parsed encryption keys of the SMS tests. */
export const keyring = parseKeyring(encryptionKeys);

/** The number and the code of the messages. */
export const NUMBER = '+31612345678';
export const CODE = '048213';
export const MINUTE = 60_000;

/** Adds the organisation `clinic`, which sends text messages to the Netherlands and Belgium. */
export async function addClinic(database: Database, given: Partial<OrganisationInput> = {}): Promise<void> {
  const policy = { sms: { country: 'NL', countries: ['NL', 'BE'] } };
  const organisation = parseOrganisation({ id: 'clinic', name: 'Clinic', policy, ...given });
  await database.write((tx) => upsertOrganisation(tx, organisation, 0));
}

/** Adds a challenge of Anna and leaves its text message, which is valid for ten minutes. Returns the id of the message. */
export async function leaveText(
  { database, clock, anna }: Pick<SmsWorld, 'database' | 'clock' | 'anna'>,
  given: Partial<CodeSms> = {},
): Promise<string> {
  const id = newRowId(systemRandom, clock());
  const challengeId = `challenge-${id}`;
  const [at, expiresAt] = [clock(), clock() + 10 * MINUTE];
  await database.write(async (tx) => {
    await tx
      .insertInto('challenges')
      .values(aChallenge({ id: challengeId, account_id: anna, created_at: at, expires_at: expiresAt }))
      .execute();
    await leaveSms(tx, {
      ...{ id, challengeId, organisationId: 'clinic', accountId: anna, to: NUMBER, template: 'sms-code' },
      data: { code: CODE, host: 'portal.example', portal: 'Clinic', language: 'en' },
      ...{ at, expiresAt, keyring },
      ...given,
    });
  });
  return id;
}

/** Returns the outbox row with this id. */
export async function rowOf(database: Database, id: string): Promise<OutboxRow> {
  return await database.read.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** Polls the outbox now, and waits until no row is due. */
export async function look(sender: Sender): Promise<void> {
  sender.wake();
  await sender.idle();
}

interface Started {
  sender: Sender;
  /** The lines of its log. */
  lines: string[];
}

/** A database with Anna, a gateway, and senders. All of them are closed after the test, even if it fails. */
export interface SmsWorld extends Fixture {
  /** The id of Anna's account. */
  anna: string;
  gateway: GatewayServer;
  /** Starts a sender and waits until it has processed the outbox once. Default: with the fixture's database. */
  send(to?: { settings?: Partial<SmsGateway>; database?: Database; timeout?: number }): Promise<Started>;
}

/** Registers a test that has a gateway and runs on both databases. */
export function withGateway(name: string, run: (world: SmsWorld) => Promise<void>): void {
  withDatabases(name, async (fixture) => {
    const ends: (() => Promise<void>)[] = [];
    const gateway = await startGateway();
    const { id: anna } = await addAccount(fixture.database, { username: 'anna', name: 'Anna Visser' });
    await addClinic(fixture.database);
    const send: SmsWorld['send'] = async ({ settings = {}, database = fixture.database, timeout } = {}) => {
      const { clock } = fixture;
      const parsed = smsGateway.parse({ ...gateway.settings, ...settings });
      const transport = { ...createGateway(parsed, { clock }), ...(timeout === undefined ? {} : { timeout }) };
      const channel = smsChannel({ read: database.read, keyring, transport });
      const lines: string[] = [];
      const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
      const logger = { debug: write, info: write, warn: write, error: write };
      const sender = startSender({ database, channel, clock, random: systemRandom, logger });
      ends.unshift(() => sender.stop());
      await sender.idle();
      return { sender, lines };
    };
    try {
      await run({ ...fixture, anna, gateway, send });
    } finally {
      for (const end of ends) await end();
      await gateway.close();
    }
  });
}
