import type { Generated, Selectable } from 'kysely';

/** The links that a phone opens to be linked: bound to a flow, or mailed by the help desk. */
export interface PushLinksTable {
  id: string;
  /** SHA-256 of the token in the fragment of the link. */
  token_hash: string;
  organisation_id: string;
  account_id: string;
  /** The flow that shows the link. Null for a mailed link. */
  flow_id: string | null;
  /** The device that used the link. A link links one device. */
  device_id: string | null;
  created_at: number;
  expires_at: number;
  voided_at: number | null;
}

/** The phones that have proven a key and are not linked yet. */
export interface PushDevicesTable {
  /** The id that the factor will have. */
  id: string;
  organisation_id: string;
  account_id: string;
  /** Null if it was linked by a mailed link. */
  flow_id: string | null;
  /** The JWK thumbprint of its key (RFC 7638). */
  thumbprint: string;
  name: string;
  /** JSON with the key, the code and the TOTP secret, sealed and bound to the row (R59). */
  sealed: string;
  /**
   * Where the code is: sent by `sms` or `mail`, shown on the phone and typed on the login `screen`, or that of another
   * `factor`.
   */
  channel: 'sms' | 'mail' | 'screen' | 'factor';
  /** The masked destination of the code. */
  sent_to: string | null;
  /** The number of wrong codes. */
  tries: number;
  created_at: number;
  expires_at: number;
  confirmed_at: number | null;
  /** When the phone received the TOTP secret. */
  provisioned_at: number | null;
}

/** The requests for approval. */
export interface PushRequestsTable {
  id: string;
  flow_id: string;
  organisation_id: string;
  account_id: string;
  /** 32 random bytes in base64url. */
  challenge: string;
  /** The number of the login screen, sealed. */
  sealed: string;
  digits: number;
  portal: string;
  browser: string;
  address: string;
  created_at: number;
  expires_at: number;
  /**
   * `denied`: a wrong number was typed. `not-me`: the user denied it. `voided`: replaced by a newer request, or revoked.
   * `spent`: the flow used the approval.
   */
  state: 'pending' | 'approved' | 'spent' | 'denied' | 'not-me' | 'voided';
  answered_at: number | null;
  /** The factor that answered. */
  device_id: string | null;
}

/** The subscriptions of the Push API, one for each linked device. */
export interface PushSubscriptionsTable {
  /** The id of the factor. */
  device_id: string;
  account_id: string;
  /** JSON of the subscription, sealed and bound to the device. */
  sealed: string;
  created_at: number;
}

/** What changed, for other processes on the same SQLite file. PostgreSQL notifies instead. */
export interface SignalsTable {
  seq: Generated<number>;
  topic: string;
  at: number;
}

/** A link as it is stored. */
export type PushLinkRow = Selectable<PushLinksTable>;
/** A device that is being linked, as it is stored. */
export type PushDeviceRow = Selectable<PushDevicesTable>;
/** A request as it is stored. */
export type PushRequestRow = Selectable<PushRequestsTable>;
/** A subscription as it is stored. */
export type PushSubscriptionRow = Selectable<PushSubscriptionsTable>;
