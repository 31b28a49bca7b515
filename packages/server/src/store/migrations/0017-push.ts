import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { Migration } from './migration.ts';

/**
 * Push: links and devices of an enrolment, requests for approval, subscriptions of the Push API, and signals between
 * processes on SQLite. A linked device is a row of `factors`.
 */
export const push: Migration = { version: 17, name: '0017-push', up };

async function up(db: Db, dialect: 'sqlite' | 'postgres'): Promise<void> {
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text';
  const serial = dialect === 'postgres' ? 'bigint generated always as identity' : 'integer';
  const counted = dialect === 'postgres' ? 'primary key (seq)' : 'primary key (seq autoincrement)';
  const statements = [
    `create table push_links (id ${text} primary key, token_hash ${text} not null, organisation_id ${text} not null,
      account_id ${text} not null, flow_id ${text}, device_id ${text}, created_at bigint not null,
      expires_at bigint not null, voided_at bigint)`,
    'create unique index push_links_token on push_links (token_hash)',
    'create index push_links_account on push_links (account_id)',
    'create index push_links_expiry on push_links (expires_at)',
    `create table push_devices (id ${text} primary key, organisation_id ${text} not null,
      account_id ${text} not null, flow_id ${text}, thumbprint ${text} not null, name ${text} not null,
      sealed ${text} not null, channel ${text} not null check (channel in ('sms', 'mail', 'screen', 'factor')),
      sent_to ${text}, tries integer not null, created_at bigint not null, expires_at bigint not null,
      confirmed_at bigint, provisioned_at bigint)`,
    'create unique index push_devices_thumbprint on push_devices (thumbprint)',
    'create index push_devices_flow on push_devices (flow_id)',
    'create index push_devices_account on push_devices (account_id)',
    'create index push_devices_expiry on push_devices (expires_at)',
    `create table push_requests (id ${text} primary key, flow_id ${text} not null, organisation_id ${text} not null,
      account_id ${text} not null, challenge ${text} not null, sealed ${text} not null, digits integer not null,
      portal ${text} not null, browser ${text} not null, address ${text} not null, created_at bigint not null,
      expires_at bigint not null,
      state ${text} not null check (state in ('pending', 'approved', 'spent', 'denied', 'not-me', 'voided')),
      answered_at bigint, device_id ${text})`,
    // R21: an account has at most one pending request, also with parallel logins.
    `create unique index push_requests_pending on push_requests (account_id) where state = 'pending'`,
    'create index push_requests_account on push_requests (account_id, created_at)',
    `create index push_requests_expiry on push_requests (expires_at) where state = 'pending'`,
    'create index push_requests_age on push_requests (created_at)',
    `create table push_subscriptions (device_id ${text} primary key, account_id ${text} not null,
      sealed ${text} not null, created_at bigint not null)`,
    'create index push_subscriptions_account on push_subscriptions (account_id)',
    `create table signals (seq ${serial}, topic ${text} not null, at bigint not null, ${counted})`,
    'create index signals_age on signals (at)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
