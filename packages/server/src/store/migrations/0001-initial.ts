import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/*
 * Every lookup of a login uses a primary key or one of the indexes below, so it costs the same with a thousand accounts
 * and with a million. There are no foreign keys, because a portal may keep the accounts in its own directory (decision
 * 0006).
 */

/** The first version of all tables. */
export const initial: Migration = { version: 1, name: '0001-initial', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const statements = [...tables(dialect), ...indexes, ...(dialect === 'postgres' ? guardPostgres : guardSqlite)];
  for (const statement of statements) await sql.raw(statement).execute(db);
}

function tables(dialect: 'sqlite' | 'postgres'): string[] {
  // Text is compared byte by byte on both databases, so that the order is the same and does not depend on the locale of
  // the machine.
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const serial = dialect === 'postgres' ? 'bigint generated always as identity' : 'integer';
  const counted = dialect === 'postgres' ? 'primary key (seq)' : 'primary key (seq autoincrement)';
  return [
    `create table organisations (id ${text} primary key, name ${text} not null, name_key ${text} not null,
      definition ${text} not null, created_at bigint not null)`,
    `create table accounts (id ${text} primary key, organisation_id ${text} not null, username ${text} not null,
      username_key ${text} not null, name ${text}, email ${text}, password_hash ${text}, password_changed_at bigint,
      state ${text} not null check (state in ('active', 'disabled')), remember_for ${text},
      created_at bigint not null)`,
    `create table factors (id ${text} primary key, account_id ${text} not null, organisation_id ${text} not null,
      method ${text} not null, name ${text} not null, secret ${text} not null,
      state ${text} not null check (state in ('active', 'replaced', 'disabled', 'lost')), last_step bigint not null,
      created_at bigint not null, last_used_at bigint, ended_at bigint)`,
    `create table burnt_steps (factor_id ${text} not null, step bigint not null, until bigint not null,
      primary key (factor_id, step))`,
    `create table recovery_codes (id ${text} primary key, account_id ${text} not null,
      organisation_id ${text} not null, set_id ${text} not null, salt ${text} not null, hash ${text} not null,
      created_at bigint not null, spent_at bigint)`,
    `create table counters (key ${text} primary key, soft integer not null, hard integer not null,
      locked_until bigint not null, updated_at bigint not null)`,
    `create table flows (id ${text} primary key, token_hash ${text} not null, browser_hash ${text} not null,
      kind ${text} not null, version integer not null, facts ${text} not null, organisation_id ${text},
      account_id ${text}, created_at bigint not null, expires_at bigint not null, extensions integer not null,
      ended_at bigint)`,
    `create table sessions (id_hash ${text} primary key, account_id ${text} not null,
      organisation_id ${text} not null, amr ${text} not null, acr ${text} not null, auth_time bigint not null,
      factor_time bigint, recovery integer not null, created_at bigint not null, last_seen_at bigint not null,
      expires_at bigint not null)`,
    `create table browsers (id ${text} primary key, token_hash ${text} not null, previous_hash ${text},
      created_at bigint not null, rotated_at bigint not null, last_used_at bigint not null)`,
    `create table devices (id ${text} primary key, browser_id ${text} not null, account_id ${text} not null,
      organisation_id ${text} not null, name ${text} not null, remembered_until bigint, factor_time bigint,
      created_at bigint not null, last_used_at bigint not null)`,
    `create table idempotency (key ${text} primary key, request_hash ${text} not null, answer ${text},
      expires_at bigint not null)`,
    `create table audit (seq ${serial}, id ${text} not null, at bigint not null, organisation_id ${text},
      pseudonym ${text}, event ${text} not null, result ${text} not null, method ${text}, address ${text},
      flow_id ${text}, correlation_id ${text}, detail ${text}, chain_index bigint, previous_hash ${text},
      hash ${text}, ${counted})`,
    `create table audit_head (id integer primary key check (id = 1), chain_index bigint not null,
      hash ${text} not null, sealed_at bigint not null)`,
    `create table pseudonyms (account_id ${text} primary key, pseudonym ${text} not null)`,
    `create table outbox (id ${text} primary key, organisation_id ${text} not null, account_id ${text},
      channel ${text} not null check (channel in ('mail')), template ${text} not null, data ${text} not null,
      created_at bigint not null, send_after bigint not null, attempts integer not null, sent_at bigint)`,
    `create table leases (name ${text} primary key, holder ${text} not null, until bigint not null)`,
  ];
}

const indexes = [
  // A username belongs to one account, whatever its spelling (R47).
  'create unique index accounts_username on accounts (organisation_id, username_key)',
  'create index factors_account on factors (account_id)',
  "create index factors_ended on factors (ended_at) where state in ('replaced', 'lost')",
  'create index burnt_steps_until on burnt_steps (until)',
  'create index recovery_codes_account on recovery_codes (account_id)',
  'create index counters_idle on counters (updated_at) where hard = 0',
  'create index flows_expiry on flows (expires_at)',
  'create index flows_ended on flows (ended_at) where ended_at is not null',
  'create index flows_account on flows (account_id) where account_id is not null',
  'create index sessions_account on sessions (account_id)',
  'create index sessions_expiry on sessions (expires_at)',
  'create unique index browsers_token on browsers (token_hash)',
  'create unique index browsers_previous on browsers (previous_hash) where previous_hash is not null',
  'create index browsers_idle on browsers (last_used_at)',
  'create unique index devices_person on devices (browser_id, account_id)',
  'create index devices_account on devices (account_id)',
  'create index devices_idle on devices (last_used_at)',
  'create index idempotency_expiry on idempotency (expires_at)',
  'create unique index audit_id on audit (id)',
  'create unique index audit_chain on audit (chain_index)',
  'create index audit_unsealed on audit (seq) where chain_index is null',
  'create unique index pseudonyms_pseudonym on pseudonyms (pseudonym)',
  'create index outbox_due on outbox (send_after) where sent_at is null',
  'create index outbox_account on outbox (account_id) where account_id is not null',
];

/*
 * The audit is append-only (R81). The content of an entry never changes; sealing fills in the three columns of the
 * chain, once. These triggers stop mistakes and injected statements. If an attacker drops the triggers, the chain still
 * reveals the changes.
 */
const content = [
  'seq',
  'id',
  'at',
  'organisation_id',
  'pseudonym',
  'event',
  'result',
  'method',
  'address',
  'flow_id',
  'correlation_id',
  'detail',
];

const guardSqlite = [
  `create trigger audit_no_delete before delete on audit begin select raise(abort, 'the audit only grows'); end`,
  `create trigger audit_sealed before update on audit when old.hash is not null
    begin select raise(abort, 'a sealed audit entry never changes'); end`,
  `create trigger audit_content before update of ${content.join(', ')} on audit
    begin select raise(abort, 'an audit entry never changes'); end`,
];

const guardPostgres = [
  `create function tweestap_audit_guard() returns trigger language plpgsql as $$
    begin raise exception 'the audit only grows, an entry never changes' using errcode = 'restrict_violation'; end $$`,
  `create trigger audit_no_delete before delete on audit
    for each row execute function tweestap_audit_guard()`,
  `create trigger audit_no_truncate before truncate on audit
    for each statement execute function tweestap_audit_guard()`,
  `create trigger audit_sealed before update on audit
    for each row when (old.hash is not null) execute function tweestap_audit_guard()`,
  `create trigger audit_content before update of ${content.join(', ')} on audit
    for each row execute function tweestap_audit_guard()`,
];
