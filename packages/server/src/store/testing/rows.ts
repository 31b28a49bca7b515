import { newId, systemRandom } from '../../crypto/tokens.ts';
import { type OrganisationDefinition, parseOrganisation } from '../../organisations/schema.ts';
import { insertAccount } from '../accounts/accounts.ts';
import type { Database } from '../database.ts';
import { insertFactor } from '../factors/factors.ts';
import { insertFlow } from '../flows.ts';
import { upsertOrganisation } from '../organisations.ts';
import type {
  AccountRow,
  BrowserRow,
  ChallengeRow,
  DeviceRow,
  FactorRow,
  FlowRow,
  InstallationRow,
  OutboxRow,
  SessionRow,
} from '../schema.ts';

/* Complete rows for tests. A test passes the columns that matter to it. Times are those of `testClock`. */

const START = Date.UTC(2026, 0, 1);
const id = (): string => newId(systemRandom);

/** Adds an organisation with the default policy. */
export async function addOrganisation(database: Database, name = 'Clinic'): Promise<OrganisationDefinition> {
  const definition = parseOrganisation({ id: `clinic-${counter()}`, name });
  await database.write((tx) => upsertOrganisation(tx, definition, START));
  return definition;
}

/** Adds an account without a password; returns its row. */
export async function addAccount(database: Database, given: Partial<AccountRow> = {}): Promise<AccountRow> {
  const row = anAccount(given);
  await database.write((tx) => insertAccount(tx, row));
  return row;
}

/** An account without a password, not added. */
export function anAccount(given: Partial<AccountRow> = {}): AccountRow {
  const username = given.username ?? `user-${counter()}`;
  return {
    id: id(),
    organisation_id: 'clinic',
    username,
    username_key: username.toLowerCase(),
    name: null,
    email: null,
    password_hash: null,
    password_scheme: null,
    password_changed_at: null,
    state: 'active',
    remember_for: null,
    created_at: START,
    codes_due: 0,
    offers_deferred_until: 0,
    must_change_password: 0,
    email_confirmed_at: null,
    external_id: null,
    external_changed_at: null,
    ...given,
  };
}

/** Adds an active TOTP factor; returns its row. */
export async function addFactor(database: Database, given: Partial<FactorRow> = {}): Promise<FactorRow> {
  const row = aFactor(given);
  await database.write((tx) => insertFactor(tx, row));
  return row;
}

/** An active TOTP factor, not added. */
export function aFactor(given: Partial<FactorRow> = {}): FactorRow {
  return {
    id: id(),
    account_id: 'account',
    organisation_id: 'clinic',
    method: 'totp',
    name: 'Phone',
    secret: 'v1.first.nonce.secret',
    data: null,
    external_id: null,
    sign_count: 0,
    state: 'active',
    last_step: -1,
    created_at: START,
    last_used_at: null,
    ended_at: null,
    ...given,
  };
}

/** Adds an open login without an account, valid for 15 minutes; returns its row. */
export async function addFlow(database: Database, given: Partial<FlowRow> = {}): Promise<FlowRow> {
  const row: FlowRow = {
    id: id(),
    token_hash: 'token',
    browser_hash: 'browser',
    kind: 'login',
    version: 1,
    facts: '{"organisation":"clinic"}',
    organisation_id: 'clinic',
    account_id: null,
    created_at: START,
    expires_at: START + 900_000,
    extensions: 0,
    ended_at: null,
    address: null,
    ...given,
  };
  await database.write((tx) => insertFlow(tx, row));
  return row;
}

/** A session of a login by password, valid for a day, not added. */
export function aSession(given: Partial<SessionRow> = {}): SessionRow {
  return {
    id_hash: id(),
    account_id: 'account',
    organisation_id: 'clinic',
    amr: '["pwd"]',
    acr: 'aal1',
    auth_time: START,
    factor_time: null,
    recovery: 0,
    created_at: START,
    last_seen_at: START,
    expires_at: START + 86_400_000,
    client: null,
    ...given,
  };
}

/** An installation of a client, not added. */
export function anInstallation(given: Partial<InstallationRow> = {}): InstallationRow {
  return {
    id: id(),
    account_id: 'account',
    organisation_id: 'clinic',
    client: 'phone-app',
    name: 'Phone app',
    public_key: '{}',
    thumbprint: id(),
    created_at: START,
    last_used_at: null,
    ...given,
  };
}

/** A browser with a random token, not added. */
export function aBrowser(given: Partial<BrowserRow> = {}): BrowserRow {
  return {
    id: id(),
    token_hash: id(),
    previous_hash: null,
    created_at: START,
    rotated_at: START,
    last_used_at: START,
    ...given,
  };
}

/** A device that is known but not remembered, not added. */
export function aDevice(given: Partial<DeviceRow> = {}): DeviceRow {
  return {
    id: id(),
    browser_id: 'browser',
    account_id: 'account',
    organisation_id: 'clinic',
    name: 'Firefox on Linux',
    remembered_until: null,
    factor_time: null,
    created_at: START,
    last_used_at: START,
    ...given,
  };
}

let count = 0;
function counter(): number {
  count += 1;
  return count;
}

/** A challenge that expires after ten minutes, not added. */
export function aChallenge(given: Partial<ChallengeRow> = {}): ChallengeRow {
  return {
    id: id(),
    flow_id: 'flow',
    account_id: 'account',
    organisation_id: 'clinic',
    method: 'sms',
    destination_hash: 'destination',
    code_hash: 'code',
    created_at: START,
    expires_at: START + 600_000,
    sent_count: 1,
    last_sent_at: START,
    voided_at: null,
    spent_at: null,
    ...given,
  };
}

/** An email of the outbox that is due, not added. */
export function aMessage(given: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: id(),
    organisation_id: 'clinic',
    account_id: null,
    channel: 'mail',
    template: 'unlocked',
    data: '{}',
    created_at: START,
    send_after: START,
    attempts: 0,
    sent_at: null,
    state: 'due',
    claim: null,
    last_error: null,
    link_id: null,
    challenge_id: null,
    expires_at: null,
    gateway_id: null,
    delivery: null,
    delivery_at: null,
    ...given,
  };
}
