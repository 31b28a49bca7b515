import type { JsonWebKey } from 'node:crypto';

/** A public key of another system. */
export interface SystemKey {
  /** Its name; undefined for a single key without a name. */
  kid?: string | undefined;
  /** The public key. */
  key: JsonWebKey;
  /** Whether the server may not have read this key yet, or may still have a key that is no longer published. */
  isUncertain?: boolean | undefined;
}

/** The keys that a system publishes at an address. */
export interface Published {
  /** The address. */
  readonly url: string;
  /** The present keys, and those of before that the server may still have. */
  keys(): SystemKey[];
}

/** Another system that hands its users over to an organisation (K11). */
export interface System {
  /** `iss` of its tokens. */
  issuer: string;
  /** The public keys that sign them. Empty if the system publishes its keys. */
  keys: SystemKey[];
  /** The address at which the system publishes its keys. */
  published?: Published | undefined;
  /** What it may prove at most. */
  proves: 'password' | 'factor';
}
