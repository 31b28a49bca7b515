import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Codes that are sent to a phone or a mailbox: their challenges, and a second channel of the outbox with the delivery
 * reports of its gateway.
 */
export const sentCodes: Migration = { version: 16, name: '0016-sent-codes', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const channel = dialect === 'postgres' ? relaxChannel : rebuildWithChannel;
  for (const statement of [...channel, ...added(text)]) await sql.raw(statement).execute(db);
}

const relaxChannel = [
  'alter table outbox drop constraint outbox_channel_check',
  "alter table outbox add constraint outbox_channel_check check (channel in ('mail', 'sms'))",
  'drop index outbox_due',
];

const COLUMNS =
  'id, organisation_id, account_id, channel, template, data, created_at, send_after, attempts, sent_at, state, claim, last_error, link_id';

/** SQLite can't change the check of a column, so the table is copied. Its indexes are dropped with it. */
const rebuildWithChannel = [
  `create table outbox_next (id text primary key, organisation_id text not null, account_id text,
    channel text not null check (channel in ('mail', 'sms')), template text not null, data text not null,
    created_at bigint not null, send_after bigint not null, attempts integer not null, sent_at bigint,
    state text not null default 'due' check (state in ('due', 'sent', 'dead')), claim text, last_error text,
    link_id text)`,
  `insert into outbox_next (${COLUMNS}) select ${COLUMNS} from outbox`,
  'drop table outbox',
  'alter table outbox_next rename to outbox',
  'create index outbox_account on outbox (account_id) where account_id is not null',
  'create index outbox_organisation on outbox (organisation_id, state, created_at)',
  'create index outbox_created on outbox (created_at)',
  'create index outbox_link on outbox (link_id) where link_id is not null',
];

const added = (text: string): string[] => [
  'alter table accounts add column email_confirmed_at bigint',
  `alter table outbox add column challenge_id ${text}`,
  'alter table outbox add column expires_at bigint',
  `alter table outbox add column gateway_id ${text}`,
  `alter table outbox add column delivery ${text} check (delivery in ('delivered', 'undeliverable'))`,
  'alter table outbox add column delivery_at bigint',
  // Each channel has a sender of its own, which reads only its own messages.
  "create index outbox_due on outbox (channel, send_after) where state = 'due'",
  "create index outbox_expiry on outbox (expires_at) where state = 'due' and expires_at is not null",
  'create index outbox_gateway on outbox (gateway_id) where gateway_id is not null',
  `create table challenges (id ${text} primary key, flow_id ${text} not null, account_id ${text} not null,
    organisation_id ${text} not null, method ${text} not null, destination_hash ${text} not null,
    code_hash ${text} not null, created_at bigint not null, expires_at bigint not null,
    sent_count integer not null default 1, last_sent_at bigint not null, voided_at bigint, spent_at bigint)`,
  'create index challenges_flow on challenges (flow_id, method)',
  'create index challenges_account on challenges (account_id, method)',
  'create index challenges_expiry on challenges (expires_at)',
  'create index challenges_open on challenges (expires_at) where spent_at is null and voided_at is null',
];
