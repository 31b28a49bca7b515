import type { Acr, Amr, Duration, Method } from '@tweestap/protocol';
import type { LinkPurpose } from '../../links/make-link.ts';
import type { Locks } from '../../locks/locks.ts';

/** The credentials of an account besides the password, as read when the password was proven and after each change. */
export interface Possession {
  /** The number of usable factors of each method. A method without any may be absent. */
  active: Readonly<Partial<Record<Method, number>>>;
  /** Whether the hard cap of D7 disabled a factor. It verifies nothing until a new one is enrolled. */
  disabled: boolean;
  /** The method that was used last, if the account has several. A login asks for it first. */
  preferred?: Method;
  /** The number of unspent recovery codes. */
  recoveryCodes: number;
  /** The help desk issued a code that is not used yet. Its expiry is checked when it is typed. */
  deskCode?: true;
  /** The email address was confirmed by a mailed link, so codes may be sent to it (D14). */
  emailConfirmed?: true;
}

/** The proof of a correct password. Times in ms since the epoch. */
export interface PasswordProof {
  /** When the password was proven. */
  at: number;
  /** When the proven password had been set; null if never recorded. A password that is set later is not proven. */
  changedAt?: number | null;
  /** In a login: since when the proven password counts as set, for policies under which passwords expire (D13). */
  since?: number;
}

/** The proof of a client by a signed assertion (R94). It is valid only while the policy still accepts its key. */
export interface ClientProof {
  /** The id of the client in the policy of the flow's organisation. */
  id: string;
  /** The public key that signed: one of the policy, or that of an installation. */
  key: string;
  /** The installation with that key, and the only account that it may log in. Absent for a key of the policy. */
  installation?: { id: string; account: string };
}

/** The proof of another system, which has handed its user over (K11). It is valid only while the policy accepts it. */
export interface HandOverProof {
  /** The issuer in the policy of the flow's organisation. */
  issuer: string;
  /** The public key of the policy that signed, or the URL of the published keys. */
  key: string;
  /** ms since the epoch. */
  at: number;
  /** What the token proved, capped by the policy. */
  proves: 'password' | 'factor';
}

/**
 * The facts of a flow. The present step is never stored: `nextStep` derives it from these facts, so there is no cursor
 * that a client could move (R3). Times are milliseconds since the epoch.
 */
export interface Facts {
  /** The id of the organisation. */
  organisation?: string;
  /** The name as it was typed (`username`) and as it is compared (`key`). An account with it need not exist. */
  account?: { username: string; key: string };
  /** The user: known after the password was proven, or from the link or session with which the flow began. */
  person?: { id: string; username: string; name?: string };
  /** The client that authenticated itself at the start of the login (R94). */
  client?: ClientProof;
  /** The portal began this login on its server, after it had checked the password itself (decision 0034). */
  begun?: {
    /** The portal's id of the user. */
    user: string;
    at: number;
    /** The token of the flow, sealed and bound to it, until the page of the same browser asks for it. */
    token: string;
  };
  /** Another system has handed its user over at the start of the login (K11). */
  handOver?: HandOverProof;
  /** The mailed link with which the flow began. It is spent by the change that it allows, not by opening it (R32). */
  link?: { id: string; purpose: LinkPurpose };
  /** The help desk started the reset, by a letter or a code. The old factor is required before the new password (R83). */
  helpDesk?: { by: 'letter' } | { by: 'code'; id: string };
  /** An email was requested, to this address as it was typed. */
  mailed?: { to: string; at: number };
  /** The account is marked: its user reported an event as not their own, so the login asks for a new password. */
  mustChange?: true;
  /** A new password was chosen in this flow. */
  newPassword?: { at: number };
  /** A link that lifts the lock of the password was requested. */
  unlockMailed?: { at: number };
  /** The lock was lifted. */
  unlocked?: { at: number };
  /** When the password was proven in this flow. */
  password?: PasswordProof;
  /** When the password was confirmed, before a change of the account's credentials. */
  confirmed?: PasswordProof;
  /** The second factor that was proven in this flow. */
  factor?: {
    method: Method;
    id: string;
    at: number;
    /** How it was proven, where the method has proofs of different assurance, such as `user-verified` for a passkey. */
    how?: string;
    /** The factor was the help desk's code. A new authenticator replaces all factors and recovery codes of the user. */
    desk?: true;
  };
  /** A valid remembered device replaces the second factor (D1). */
  remembered?: { deviceId: string; factorTime: number };
  /** The method that the user chose; `ask` shows the choice. */
  method?: Method | 'ask';
  /** How long the device is remembered if the user chooses `remember`. */
  rememberFor?: Duration;
  /** The user asked to remember this device, for this long. */
  remember?: Duration;
  /** The possession of the account, as far as this flow may use it. */
  has?: Possession;
  /** The methods that do not work on the page of this flow. They are asked last, and not offered for an enrolment. */
  unavailable?: readonly Method[];
  /** The offer to enroll a second factor was accepted. */
  offerAccepted?: {
    at: number;
    /** The offer was to move from text messages to another method, so the phone number ends (W1). */
    move?: true;
  };
  /** Until when the user does not want to be offered another method, in ms since the epoch. */
  offersDeferredUntil?: number;
  /** An offer of another method was declined in this flow. */
  offerDeclined?: { at: number };
  /** The enrolment was deferred. This counts only while the policy allows it and the account has no factor (R10). */
  deferred?: { at: number };
  /** The method to enroll. */
  setUpMethod?: Method;
  /** An enrolment that is not confirmed yet. Its secret is sealed and bound to the flow. Dropped on confirmation. */
  enrolment?: {
    factorId: string;
    secret: string;
    at: number;
    /** Absent for `totp`. The secret of one method is never used for another one. */
    method?: Method;
  };
  /** The new factor was confirmed by a correct code. */
  enrolled?: {
    factorId: string;
    at: number;
    /** Absent in flows of an earlier version, which knew one method only. */
    method?: Method;
    /** As `factor.how`. */
    how?: string;
  };
  /** The challenge of a factor's step, created by its `prepare`. Only that of the latest method is kept. */
  challenge?: { method: Method; value: string; at: number };
  /** New recovery codes and their hashes, sealed, until the user confirms that they are kept. */
  newCodes?: { sealed: string };
  /** The user confirmed that the new recovery codes of this flow are kept. */
  codesKept?: { at: number };
  /** Recovery codes were due in an earlier flow, and were never kept. */
  codesDue?: true;
  /** The codes were offered again and deferred. They stay due at the next login. */
  codesDeferred?: { at: number };
  /** The locks to show. Without `until`, no wait ends a lock. The counters decide about attempts (decision 0012). */
  locks?: Locks;
  /** The hash of the id of the session to which this flow belongs, for example for `enroll` and `step-up`. */
  session?: string;
  /** The URL to continue at. It is checked against the allow-list at the start of the flow and when the flow is shown. */
  returnTo?: string;
  /** The portal's server asks for an assertion of the result: with its nonce, for the origin that started the flow (R68). */
  assertion?: { nonce: string; audience: string };
  /** The result of the flow, written in the transaction that ended it. */
  result?: { amr: Amr[]; acr: Acr } | { next: 'login' };
}

/** `has` as version 11 of the tables stores it, with one method. */
interface EarlierPossession extends Omit<Possession, 'active'> {
  totp: boolean;
}

/**
 * Serialises facts for a flow's row. `has` is written in the form of the previous version too, because an instance of that
 * version may continue the flow during an upgrade.
 */
export function storeFacts(facts: Facts): string {
  if (!facts.has) return JSON.stringify(facts);
  return JSON.stringify({ ...facts, has: { ...facts.has, totp: (facts.has.active.totp ?? 0) > 0 } });
}

/** Reads the facts of a row of this version or the previous one. Where `totp` and `active` differ, `totp` is correct. */
export function readFacts(text: string): Facts {
  const { has, ...facts } = JSON.parse(text) as Omit<Facts, 'has'> & { has?: EarlierPossession & Partial<Possession> };
  if (!has) return facts;
  const { totp, active = {}, ...rest } = has;
  const isSame = totp === (active.totp ?? 0) > 0;
  return { ...facts, has: { ...rest, active: isSame ? active : { ...active, totp: totp ? 1 : 0 } } };
}
