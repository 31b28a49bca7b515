import type { Method } from '@tweestap/protocol';
import type { Generated, Insertable, Selectable } from 'kysely';

/*
 * The tables, as Kysely sees them. The same columns stand on node:sqlite and on PostgreSQL: only text and whole
 * numbers are used. Times are milliseconds since the epoch; booleans are 0 or 1; JSON is text.
 */

export interface OrganisationsTable {
  id: string;
  name: string;
  /** The name as it is searched: lower case, without diacritics. */
  name_key: string;
  /** JSON of an OrganisationDefinition, defaults filled in. */
  definition: string;
  created_at: number;
}

export interface AccountsTable {
  id: string;
  organisation_id: string;
  /** As it is shown. */
  username: string;
  /** As it is compared: NFC and case fold, unique within the organisation (R47). */
  username_key: string;
  name: string | null;
  email: string | null;
  /** PHC string, null until a password was chosen. */
  password_hash: string | null;
  /**
   * `own.<memory>.<passes>.<lanes>` of a hash that this server made, `foreign` of an imported one (`accounts/password-scheme.ts`).
   * Null without a hash and in rows of older versions.
   */
  password_scheme: string | null;
  password_changed_at: number | null;
  state: 'active' | 'disabled';
  /** The person's own choice of how long a device is remembered; null: the organisation's default. */
  remember_for: string | null;
  created_at: number;
  /** 1: recovery codes were due after an authenticator was set up, and were never kept. */
  codes_due: Generated<number>;
}

export interface FactorsTable {
  id: string;
  account_id: string;
  organisation_id: string;
  method: Method;
  name: string;
  /** JSON by the schema of its method (`Factor.data`), sealed and bound to [method, organisation, account, factor] (R60). */
  data: Generated<string | null>;
  /** What names the factor outside of this server, unique within its method: a credential id, a key's thumbprint. */
  external_id: Generated<string | null>;
  /** Of `totp`: the secret as version 11 of the tables has it, sealed alike; empty for all other methods. */
  secret: string;
  /** `replaced` rows verify nothing; they tell an old code apart for 30 days (R16). `lost` ones do not even that. */
  state: 'active' | 'replaced' | 'disabled' | 'lost';
  /** The last accepted TOTP step; -1 before the first. Raised by a conditional update only (R14). */
  last_step: number;
  created_at: number;
  last_used_at: number | null;
  ended_at: number | null;
}

/** TOTP steps that were seen with a wrong clock: refused if they come round again (R18a). */
export interface BurntStepsTable {
  factor_id: string;
  step: number;
  until: number;
}

export interface RecoveryCodesTable {
  id: string;
  account_id: string;
  organisation_id: string;
  set_id: string;
  salt: string;
  hash: string;
  created_at: number;
  spent_at: number | null;
}

/** The code that a help desk gave out: one an account, for one login (M8). */
export interface DeskCodesTable {
  id: string;
  account_id: string;
  organisation_id: string;
  salt: string;
  hash: string;
  created_at: number;
  expires_at: number;
  spent_at: number | null;
  /** Set once its time is over, so that a clock that is set back does not revive it (R86). */
  expired_at: Generated<number | null>;
}

/** A known text, sealed with one encryption key: proof that the keys of the settings are those of the database (R95). */
export interface CanariesTable {
  key_id: string;
  sealed: string;
  created_at: number;
}

/**
 * The one-time code with which the help desk starts a new password: one an account. Hashed under its own salt, and spent
 * by the new password.
 */
export interface PasswordCodesTable {
  id: string;
  account_id: string;
  organisation_id: string;
  salt: string;
  hash: string;
  created_at: number;
  expires_at: number;
  spent_at: number | null;
  /** Set once the code is found expired, so that a clock that is set back does not revive it (R86). */
  expired_at: Generated<number | null>;
}

/** What an actor did to an account that the same actor must not complete alone, for seven days (R83). */
export interface DeskActsTable {
  id: string;
  account_id: string;
  /** The admin verb. */
  verb: string;
  /** The name as it is compared (`admin/desk-acts.ts`). */
  actor: string;
  at: number;
}

/** Attempts. `soft` counts since the last reset or lift, `hard` since the last success (D7). */
export interface CountersTable {
  key: string;
  soft: number;
  hard: number;
  locked_until: number;
  updated_at: number;
  /** How often each of the two began again: an attempt is given back only to the count that it was taken from. */
  soft_resets: Generated<number>;
  hard_resets: Generated<number>;
}

export interface FlowsTable {
  id: string;
  token_hash: string;
  /** Hash of the browser's flow cookie. */
  browser_hash: string;
  kind: string;
  version: number;
  /** JSON of Facts. */
  facts: string;
  organisation_id: string | null;
  account_id: string | null;
  created_at: number;
  expires_at: number;
  extensions: number;
  ended_at: number | null;
  /** The client's address while nothing is proven in the flow, no link and no session began it; null afterwards (R93). */
  address: string | null;
}

export interface SessionsTable {
  /** sha256 of the cookie's token. */
  id_hash: string;
  account_id: string;
  organisation_id: string;
  /** JSON array. */
  amr: string;
  acr: string;
  auth_time: number;
  factor_time: number | null;
  recovery: number;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
}

/** A browser that finished a login: one device cookie, rows of several people (R36, R40). */
export interface BrowsersTable {
  id: string;
  token_hash: string;
  /** Good until the first use of the new one (R40). */
  previous_hash: string | null;
  created_at: number;
  rotated_at: number;
  last_used_at: number;
}

/** One person on one browser. Known (D7) while the row stands; remembered until `remembered_until`. */
export interface DevicesTable {
  id: string;
  browser_id: string;
  account_id: string;
  organisation_id: string;
  name: string;
  /** Null: known, not remembered. */
  remembered_until: number | null;
  factor_time: number | null;
  created_at: number;
  last_used_at: number;
}

/** Answers that a repeated request gets again, sealed (R59), for 60 s. */
export interface IdempotencyTable {
  key: string;
  request_hash: string;
  /** Null while the first request still runs. */
  answer: string | null;
  expires_at: number;
  /** The client's address: what one address may store is bounded (R93). */
  address: string | null;
}

/** A refusal that is repeated: the audit gets its first event and, at the window's end, their number (R93). */
export interface RefusalsTable {
  /** Hash of what makes two refusals the same, and of the window. */
  key: string;
  event: string;
  result: string;
  organisation_id: string | null;
  /** Whose account it is in the audit. */
  pseudonym: string | null;
  method: string | null;
  address: string | null;
  started_at: number;
  /** End of the window: the closing event is due from then on. */
  ends_at: number;
  /** How often it came again after the first one. */
  repeated: number;
}

/** Logins that stopped after a right password, by address (password stuffing). A finished login deletes its row. */
export interface StoppedLoginsTable {
  address: string;
  account_id: string;
  at: number;
}

export interface AuditTable {
  /** Order of insertion. */
  seq: Generated<number>;
  id: string;
  at: number;
  organisation_id: string | null;
  pseudonym: string | null;
  event: string;
  result: string;
  method: string | null;
  address: string | null;
  flow_id: string | null;
  correlation_id: string | null;
  /** JSON without secrets. */
  detail: string | null;
  /** Place in the chain, previous hash and own hash: null until sealed (R81). */
  chain_index: number | null;
  previous_hash: string | null;
  hash: string | null;
}

/** The end of the chain: one row, so that a cut-off tail is seen. */
export interface AuditHeadTable {
  id: 1;
  chain_index: number;
  hash: string;
  sealed_at: number;
}

/** Who is meant in the audit; deleting the row makes a person's entries nobody's (R66). */
export interface PseudonymsTable {
  account_id: string;
  pseudonym: string;
}

export interface OutboxTable {
  id: string;
  organisation_id: string;
  account_id: string | null;
  channel: 'mail';
  template: string;
  /** JSON. A link in it is sealed, and taken out once the message has left (R59). */
  data: string;
  created_at: number;
  /** Due from then on. Claiming a row moves it on by the lease, so that a killed sender's rows come due again. */
  send_after: number;
  attempts: number;
  sent_at: number | null;
  /** `dead`: given up, until somebody sends it again. */
  state: Generated<'due' | 'sent' | 'dead'>;
  /** Of the sender that has it now: only that one may say how it ended. */
  claim: Generated<string | null>;
  /** What the last attempt failed of, in a word: never what a server answered. */
  last_error: Generated<string | null>;
  /** The mailed link that it carries; the mail does not leave once the link was used or voided. */
  link_id: Generated<string | null>;
}

/** Mailed links (R31). Without an account: a registration, or one that nobody got (R55). */
export interface LinksTable {
  id: string;
  /** sha256 of the token in the link's fragment. */
  token_hash: string;
  purpose: 'activate' | 'reset' | 'unlock' | 'register';
  account_id: string | null;
  organisation_id: string;
  /** Of a registration: the address as it is compared. */
  email: string | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  voided_at: number | null;
  /** Hash of what was asked for (`links/request-key.ts`); null for a letter. */
  request_key: Generated<string | null>;
  /** The link itself, sealed, for as long as another request sends it again; at most one for each `request_key`. */
  sealed: Generated<string | null>;
  /** When its newest mail leaves, which may be in the future; null for a letter. */
  mailed_at: Generated<number | null>;
  /** `helpdesk`: printed for a user by the help desk, so the old factor is asked before the new password (R83). */
  started_by: Generated<'helpdesk' | null>;
}

/** Which instance may do a periodic task now. */
export interface LeasesTable {
  name: string;
  holder: string;
  until: number;
}

export interface Schema {
  organisations: OrganisationsTable;
  accounts: AccountsTable;
  factors: FactorsTable;
  burnt_steps: BurntStepsTable;
  recovery_codes: RecoveryCodesTable;
  desk_codes: DeskCodesTable;
  password_codes: PasswordCodesTable;
  desk_acts: DeskActsTable;
  canaries: CanariesTable;
  counters: CountersTable;
  flows: FlowsTable;
  sessions: SessionsTable;
  browsers: BrowsersTable;
  devices: DevicesTable;
  idempotency: IdempotencyTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
  pseudonyms: PseudonymsTable;
  outbox: OutboxTable;
  leases: LeasesTable;
  links: LinksTable;
  refusals: RefusalsTable;
  stopped_logins: StoppedLoginsTable;
}

export type AccountRow = Selectable<AccountsTable>;
/** An account as it is added: what has a default may be left out. */
export type NewAccountRow = Omit<AccountRow, 'codes_due'> & Partial<Pick<AccountRow, 'codes_due'>>;
export type FactorRow = Selectable<FactorsTable>;
export type NewFactorRow = Insertable<FactorsTable>;
export type FlowRow = Selectable<FlowsTable>;
export type SessionRow = Selectable<SessionsTable>;
export type BrowserRow = Selectable<BrowsersTable>;
export type DeviceRow = Selectable<DevicesTable>;
export type CounterRow = Selectable<CountersTable>;
export type AuditRow = Selectable<AuditTable>;
export type OutboxRow = Selectable<OutboxTable>;
export type DeskCodeRow = Selectable<DeskCodesTable>;
export type PasswordCodeRow = Selectable<PasswordCodesTable>;
export type DeskActRow = Selectable<DeskActsTable>;
export type NewLink = Insertable<LinksTable>;
export type LinkRow = Selectable<LinksTable>;
export type RefusalRow = Selectable<RefusalsTable>;
