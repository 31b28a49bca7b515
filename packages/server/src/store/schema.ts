import type { Method } from '@tweestap/protocol';
import type { Generated, Insertable, Selectable } from 'kysely';
import type {
  PushDevicesTable,
  PushLinksTable,
  PushRequestsTable,
  PushSubscriptionsTable,
  SignalsTable,
} from './push-tables.ts';

/*
 * The tables, as Kysely sees them. SQLite and PostgreSQL have the same columns, with text and whole numbers only. Times
 * are milliseconds since the epoch; booleans are 0 or 1; JSON is text.
 */

/** The organisations and their policies. */
export interface OrganisationsTable {
  id: string;
  name: string;
  /** The form of the name that is searched: lower case, without diacritics. */
  name_key: string;
  /** JSON of an OrganisationDefinition, with the defaults filled in. */
  definition: string;
  created_at: number;
}

/** The accounts of all organisations. */
export interface AccountsTable {
  id: string;
  organisation_id: string;
  /** The username as it is displayed. */
  username: string;
  /** The form in which the username is compared: NFC and case-folded, unique within the organisation (R47). */
  username_key: string;
  name: string | null;
  email: string | null;
  /** PHC string. Null until a password is set. */
  password_hash: string | null;
  /**
   * `own.<memory>.<passes>.<lanes>` for a hash that this server made, `foreign` for an imported one
   * (`accounts/password-hash.ts`). Null without a hash and in rows of older versions.
   */
  password_scheme: string | null;
  password_changed_at: number | null;
  state: 'active' | 'disabled';
  /** How long a device is remembered, chosen by the user. Null: the default of the organisation. */
  remember_for: string | null;
  created_at: number;
  /**
   * 1: recovery codes are due because an authenticator was set up, and the user has not confirmed that they are kept.
   */
  codes_due: Generated<number>;
  /** When a mailed link proved that the user has the email address. Null when the address was changed since. */
  email_confirmed_at: Generated<number | null>;
  /** Until when a login offers the user no other method. 0: the user has not declined an offer. */
  offers_deferred_until: Generated<number>;
  /** 1: the next login asks for a new password, because its user reported an event as not their own. */
  must_change_password: Generated<number>;
  /** The portal's id of the user, unique within the organisation. Null: the account and its password are here. */
  external_id: Generated<string | null>;
  /** When the password was last changed in the portal, as the portal reported it. */
  external_changed_at: Generated<number | null>;
}

/** The installations of clients that users registered: each has a key of its own (R94). */
export interface InstallationsTable {
  id: string;
  /** The only account for which the key authenticates its client. */
  account_id: string;
  organisation_id: string;
  /** The id of the client in the policy of the organisation. */
  client: string;
  name: string;
  /** The public key as a JWK (RFC 7517). */
  public_key: string;
  /** The thumbprint of the key (RFC 7638), unique within the client. */
  thumbprint: string;
  created_at: number;
  last_used_at: number | null;
}

/** The enrolled factors of all accounts, with those that have ended. */
export interface FactorsTable {
  id: string;
  account_id: string;
  organisation_id: string;
  method: Method;
  name: string;
  /**
   * JSON in the schema of the method (`Factor.data`), sealed and bound to [method, organisation, account, factor]
   * (R60).
   */
  data: Generated<string | null>;
  /**
   * The name of the factor outside this server, unique within its method: a credential id or the thumbprint of a key.
   */
  external_id: Generated<string | null>;
  /**
   * The secret of a `totp` factor in the format of schema version 11, sealed in the same way. Empty for all other
   * methods.
   */
  secret: string;
  /**
   * A `replaced` factor verifies nothing, but a code of its secret is recognised for 30 days (R16). A `lost` factor
   * keeps no secret.
   */
  state: 'active' | 'replaced' | 'disabled' | 'lost';
  /** The last accepted TOTP time step; -1 before the first. Only a conditional update raises it (R14). */
  last_step: number;
  created_at: number;
  last_used_at: number | null;
  ended_at: number | null;
  /** The last signature counter of a passkey (WebAuthn L3 §6.1.1); 0 for an authenticator without a counter. */
  sign_count: Generated<number>;
}

/** Ids that are accepted once, such as the `jti` of a signed request. Kept until they would be refused as expired. */
export interface UsedIdsTable {
  kind: string;
  id: string;
  expires_at: number;
}

/** TOTP time steps that were used with a wrong clock. They are refused when the clock reaches them (R18a). */
export interface BurntStepsTable {
  factor_id: string;
  step: number;
  until: number;
}

/** The hashed recovery codes of all accounts. */
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

/** The code that the help desk issued: one per account, for one login (M8). */
export interface DeskCodesTable {
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

/**
 * A known text, sealed with one encryption key. It proves that the keys in the settings belong to this database (R95).
 */
export interface CanariesTable {
  key_id: string;
  sealed: string;
  created_at: number;
}

/**
 * The one-time code with which the help desk starts a new password: one per account. It is hashed with its own salt,
 * and spent when the password is set.
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

/** An act of an actor on an account. For seven days, the same actor must not complete the change alone (R83). */
export interface DeskActsTable {
  id: string;
  account_id: string;
  /** The admin verb. */
  verb: string;
  /** The form in which the name of the actor is compared (`admin/request/desk-acts.ts`). */
  actor: string;
  at: number;
}

/** The counters of attempts. `soft` counts since the last reset or lifted lock, `hard` since the last success (D7). */
export interface CountersTable {
  key: string;
  soft: number;
  hard: number;
  locked_until: number;
  updated_at: number;
  /** How often each of the two counts was reset. An attempt is given back only to the count from which it was taken. */
  soft_resets: Generated<number>;
  hard_resets: Generated<number>;
}

/** The flows, with their facts. */
export interface FlowsTable {
  id: string;
  token_hash: string;
  /** Hash of the flow cookie of the browser. */
  browser_hash: string;
  kind: string;
  version: number;
  /** JSON of the facts. */
  facts: string;
  organisation_id: string | null;
  account_id: string | null;
  created_at: number;
  expires_at: number;
  extensions: number;
  ended_at: number | null;
  /**
   * The address of the client. Null once something is proven in the flow, and in flows that a link or a session started
   * (R93).
   */
  address: string | null;
}

/** The sessions of all accounts. */
export interface SessionsTable {
  /** SHA-256 of the token in the cookie. */
  id_hash: string;
  account_id: string;
  organisation_id: string;
  /** JSON array of the authentication methods (RFC 8176). */
  amr: string;
  acr: string;
  auth_time: number;
  factor_time: number | null;
  recovery: number;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  /** The client that authenticated itself at the login (R94); null for a login without one. */
  client: Generated<string | null>;
}

/** A browser in which a login was finished: one device cookie, and devices of one or more accounts (R36, R40). */
export interface BrowsersTable {
  id: string;
  token_hash: string;
  /** Valid until the first use of the newer token (R40). */
  previous_hash: string | null;
  created_at: number;
  rotated_at: number;
  last_used_at: number;
}

/**
 * A device: one account in one browser. The account is known there (D7) while the row exists, and remembered until
 * `remembered_until`.
 */
export interface DevicesTable {
  id: string;
  browser_id: string;
  account_id: string;
  organisation_id: string;
  name: string;
  /** Null: the device is known but not remembered. */
  remembered_until: number | null;
  factor_time: number | null;
  created_at: number;
  last_used_at: number;
}

/** Responses that a repeated request gets again, sealed (R59), for 60 s. */
export interface IdempotencyTable {
  key: string;
  request_hash: string;
  /** Null while the first request is still in progress. */
  answer: string | null;
  expires_at: number;
  /** The address of the client. The number of stored responses per address is limited (R93). */
  address: string | null;
}

/**
 * A repeated refusal. The audit gets the first event and, at the end of the window, the number of repetitions (R93).
 */
export interface RefusalsTable {
  /** Hash of the window and of everything that makes two refusals equal. */
  key: string;
  event: string;
  result: string;
  organisation_id: string | null;
  /** The pseudonym of the account in the audit. */
  pseudonym: string | null;
  method: string | null;
  address: string | null;
  started_at: number;
  /** End of the window, from which the closing event is due. */
  ends_at: number;
  /** How often the refusal was repeated after the first one. */
  repeated: number;
}

/**
 * Logins that stopped after a correct password, by address (to detect password stuffing). A finished login deletes its
 * row.
 */
export interface StoppedLoginsTable {
  address: string;
  account_id: string;
  at: number;
}

/** The entries of the audit (R81). */
export interface AuditTable {
  /** The order of insertion. */
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
  /**
   * The place in the chain, the hash of the previous entry and the hash of this one. Null until the entry is sealed
   * (R81).
   */
  chain_index: number | null;
  previous_hash: string | null;
  hash: string | null;
}

/** The end of the chain: one row, which reveals entries that were cut off. */
export interface AuditHeadTable {
  id: 1;
  chain_index: number;
  hash: string;
  sealed_at: number;
}

/**
 * The pseudonyms of accounts in the audit. After its row is deleted, the entries can no longer be attributed to the
 * user (R66).
 */
export interface PseudonymsTable {
  account_id: string;
  pseudonym: string;
}

/** The messages to be sent, and those that were sent. */
export interface OutboxTable {
  id: string;
  organisation_id: string;
  account_id: string | null;
  /** How the message is sent. Each channel has its own sender. */
  channel: 'mail' | 'sms';
  template: string;
  /** JSON. A link, a code and a phone number in it are sealed, and removed once the message is sent (R59). */
  data: string;
  created_at: number;
  /**
   * The message is due from this time on. A claim moves it forward by the lease, so that messages of a killed sender
   * are due again.
   */
  send_after: number;
  attempts: number;
  sent_at: number | null;
  /** `dead`: given up, until an operator sends it again. */
  state: Generated<'due' | 'sent' | 'dead'>;
  /** The claim of the sender that is sending the message. Only that sender may settle it. */
  claim: Generated<string | null>;
  /** The reason of the last failure, in a word. It never has the response of a server. */
  last_error: Generated<string | null>;
  /** The mailed link in the message. The message is not sent once the link was used or voided. */
  link_id: Generated<string | null>;
  /** The challenge whose code is in the message. The message is not sent once the code was used or voided. */
  challenge_id: Generated<string | null>;
  /** The message is not sent from this time on, and its content is removed. Null: no limit. */
  expires_at: Generated<number | null>;
  /** The id that the SMS gateway gave the message, by which its delivery reports name it. */
  gateway_id: Generated<string | null>;
  /** The final delivery report of the SMS gateway. Null: none has arrived. */
  delivery: Generated<'delivered' | 'undeliverable' | null>;
  /** When the delivery report arrived. */
  delivery_at: Generated<number | null>;
}

/** The codes that were sent to a phone or a mailbox, each for one flow (R19). */
export interface ChallengesTable {
  id: string;
  flow_id: string;
  account_id: string;
  organisation_id: string;
  /** The step that asks for the code. */
  method: 'sms' | 'email' | 'enroll-sms';
  /** Keyed hash of the phone number or email address. */
  destination_hash: string;
  /** Keyed hash of the code, so that a dump doesn't reveal it (R59). */
  code_hash: string;
  created_at: number;
  expires_at: number;
  /** How often a code was sent in this flow, with this one. */
  sent_count: Generated<number>;
  last_sent_at: number;
  /** A newer code replaced this one, or it was found expired, so a clock that is set back does not revive it (R86). */
  voided_at: Generated<number | null>;
  spent_at: Generated<number | null>;
}

/**
 * Mailed links (R31). A link without an account belongs to a registration, or was created for an unknown username and
 * never sent (R55).
 */
export interface LinksTable {
  id: string;
  /** SHA-256 of the token in the fragment of the link. */
  token_hash: string;
  purpose: 'activate' | 'reset' | 'unlock' | 'register';
  account_id: string | null;
  organisation_id: string;
  /** The address of a registration, in its compared form. */
  email: string | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  voided_at: number | null;
  /** Hash of the request (`links/sending.ts`). Null for a letter. */
  request_key: Generated<string | null>;
  /** The link itself, sealed, while a repeated request would send it again. At most one for each `request_key`. */
  sealed: Generated<string | null>;
  /** When the newest email with the link is sent, which may be in the future. Null for a letter. */
  mailed_at: Generated<number | null>;
  /**
   * `helpdesk`: the help desk printed the link for a user, so the old factor is required before the new password (R83).
   */
  started_by: Generated<'helpdesk' | null>;
}

/** Which instance may run a periodic task now. */
export interface LeasesTable {
  name: string;
  holder: string;
  until: number;
}

/** The keys that sign assertions, with their successors. */
export interface SigningKeysTable {
  /** The thumbprint of the public key (RFC 7638), which is the `kid` of its signatures. */
  id: string;
  /** 1 for the first key. Each successor has the next number. */
  generation: number;
  /** The public key as a JWK. */
  public_key: string;
  /** The private key as a JWK, sealed and bound to the id. */
  sealed: string;
  created_at: number;
  /** From when the key signs, instead of the previous one. It is published from `created_at` on. */
  signs_from: number;
}

/** All tables, by name. */
export interface Schema {
  organisations: OrganisationsTable;
  accounts: AccountsTable;
  factors: FactorsTable;
  burnt_steps: BurntStepsTable;
  used_ids: UsedIdsTable;
  push_links: PushLinksTable;
  push_devices: PushDevicesTable;
  push_requests: PushRequestsTable;
  push_subscriptions: PushSubscriptionsTable;
  signals: SignalsTable;
  recovery_codes: RecoveryCodesTable;
  desk_codes: DeskCodesTable;
  password_codes: PasswordCodesTable;
  desk_acts: DeskActsTable;
  canaries: CanariesTable;
  counters: CountersTable;
  flows: FlowsTable;
  sessions: SessionsTable;
  installations: InstallationsTable;
  signing_keys: SigningKeysTable;
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
  challenges: ChallengesTable;
}

/** An account as it is stored. */
export type AccountRow = Selectable<AccountsTable>;
/** An account as it is added: columns with a default may be omitted. */
export type NewAccountRow = Omit<AccountRow, AccountDefaults> & Partial<Pick<AccountRow, AccountDefaults>>;
type AccountDefaults =
  | 'codes_due'
  | 'offers_deferred_until'
  | 'email_confirmed_at'
  | 'must_change_password'
  | 'external_id'
  | 'external_changed_at';
/** A factor as it is stored. */
export type FactorRow = Selectable<FactorsTable>;
/** A factor as it is added. */
export type NewFactorRow = Insertable<FactorsTable>;
/** A flow as it is stored. */
export type FlowRow = Selectable<FlowsTable>;
/** A session as it is stored. */
export type SessionRow = Selectable<SessionsTable>;
/** An installation as it is stored. */
export type InstallationRow = Selectable<InstallationsTable>;
/** A row of `signing_keys`. */
export type SigningKeyRow = Selectable<SigningKeysTable>;
/** A browser as it is stored. */
export type BrowserRow = Selectable<BrowsersTable>;
/** A device as it is stored. */
export type DeviceRow = Selectable<DevicesTable>;
/** A counter as it is stored. */
export type CounterRow = Selectable<CountersTable>;
/** An audit entry as it is stored. */
export type AuditRow = Selectable<AuditTable>;
/** A message as it is stored. */
export type OutboxRow = Selectable<OutboxTable>;
/** A help-desk code as it is stored. */
export type DeskCodeRow = Selectable<DeskCodesTable>;
/** A code for a new password as it is stored. */
export type PasswordCodeRow = Selectable<PasswordCodesTable>;
/** An act of the help desk as it is stored. */
export type DeskActRow = Selectable<DeskActsTable>;
/** A link as it is added. */
export type NewLink = Insertable<LinksTable>;
/** A link as it is stored. */
export type LinkRow = Selectable<LinksTable>;
/** A challenge as it is stored. */
export type ChallengeRow = Selectable<ChallengesTable>;
/** A repeated refusal as it is stored. */
export type RefusalRow = Selectable<RefusalsTable>;
