import type { Acr, Amr, Duration, Method } from '@tweestap/protocol';
import type { LinkPurpose } from '../../links/make-link.ts';
import type { Locks } from '../../locks/locks.ts';

/** What an account has to prove itself with, as read when the password was proven and after each change. */
export interface Possession {
  /** How many factors of each method can be used; a method without any may be left out. */
  active: Readonly<Partial<Record<Method, number>>>;
  /** A factor that the hard cap of D7 has disabled: it verifies nothing until a new one is enrolled. */
  disabled: boolean;
  /** How many recovery codes are unspent. */
  recoveryCodes: number;
  /** The help desk gave a code that was not used yet; whether its time is over shows when it is typed. */
  deskCode?: true;
}

/** That a password was right. */
export interface PasswordProof {
  at: number;
  /** When the password that was proven had been chosen, null if that was never recorded: a later one was not proven. */
  changedAt?: number | null;
}

/**
 * What a flow knows. The present step is never stored: `nextStep` derives it from these facts, so there is no cursor
 * that a client could move (DESIGN §2). Times are milliseconds since the epoch.
 */
export interface Facts {
  organisation?: string;
  /** The name as it was typed and as it is compared. Nothing tells yet whether it exists. */
  account?: { username: string; key: string };
  /** Who it is: known once the password was proven, or from the session that the flow began with. */
  person?: { id: string; username: string; name?: string };
  /** The mailed link that this flow began with. It is spent by what it leads to, not by being opened (R32). */
  link?: { id: string; purpose: LinkPurpose };
  /** The help desk started this new password, on a letter or by a code: the old factor is asked before it (R83). */
  helpDesk?: { by: 'letter' } | { by: 'code'; id: string };
  /** A mail was asked for, to this address as it was typed. */
  mailed?: { to: string; at: number };
  /** A new password was chosen in this flow. */
  newPassword?: { at: number };
  /** A link to lift the password's lock was asked for. */
  unlockMailed?: { at: number };
  /** The lock was lifted. */
  unlocked?: { at: number };
  /** When the password was proven in this flow. */
  password?: PasswordProof;
  /** When it was asked once more, before something that changes how the account is protected. */
  confirmed?: PasswordProof;
  /** The second factor that was proven in this flow. */
  factor?: {
    method: Method;
    id: string;
    at: number;
    /** It was the help desk's code: a new authenticator takes the place of all that the person had. */
    desk?: true;
  };
  /** A valid remembered device stands in for the second factor (D1). */
  remembered?: { deviceId: string; factorTime: number };
  /** The method that the person asked for; `ask` shows the choice. */
  method?: Method | 'ask';
  /** How long a tick on `remember` would remember this person's device. */
  rememberFor?: Duration;
  /** The person asked to remember this device, for this long. */
  remember?: Duration;
  has?: Possession;
  /** The offer to set a second factor up was accepted. */
  offerAccepted?: { at: number };
  /** It was put off: that counts for as long as the policy allows it, and only where there is no factor (R10). */
  deferred?: { at: number };
  /** What is to be set up. */
  setUpMethod?: Method;
  /** A new authenticator being set up; the secret is sealed, bound to the flow. Dropped when it is confirmed. */
  enrolment?: { factorId: string; secret: string; at: number };
  /** The new authenticator was confirmed with a right code. */
  enrolled?: {
    factorId: string;
    at: number /** Absent in flows of an earlier version, which had one. */;
    method?: Method;
  };
  /** What the step of a factor asks for, made by its `prepare`; of the latest method alone. */
  challenge?: { method: Method; value: string; at: number };
  /** New recovery codes and their hashes, sealed, until the person says that they are kept. */
  newCodes?: { sealed: string };
  /** New recovery codes were made in this flow, and are said to be kept. */
  codesKept?: { at: number };
  /** Recovery codes were due in an earlier flow, and were never kept. */
  codesDue?: true;
  /** They were offered again, and deferred: the mark stays for the next login. */
  codesDeferred?: { at: number };
  /** Attempts are refused until then; without `until` no wait ends it. The counters decide, this only reports (decision 0012). */
  locks?: Locks;
  /** The session that this flow belongs to (enroll, step-up): hash of its id. */
  session?: string;
  /** Where to go on: checked against the allow-list when the flow was made, and again at its end. */
  returnTo?: string;
  /** What the flow came to, written in the transaction that ended it. */
  result?: { amr: Amr[]; acr: Acr } | { next: 'login' };
}

/** `has` as version 11 of the tables stores it: it knows one method. */
interface EarlierPossession extends Omit<Possession, 'active'> {
  totp: boolean;
}

/**
 * The facts as a flow's row holds them. `has` is written for the previous version as well, which may take over a flow of
 * this one while an upgrade runs.
 */
export function storeFacts(facts: Facts): string {
  if (!facts.has) return JSON.stringify(facts);
  return JSON.stringify({ ...facts, has: { ...facts.has, totp: (facts.has.active.totp ?? 0) > 0 } });
}

/** Reads the facts of a row of this version or the previous one, whose `totp` is right where the two differ. */
export function readFacts(text: string): Facts {
  const { has, ...facts } = JSON.parse(text) as Omit<Facts, 'has'> & { has?: EarlierPossession & Partial<Possession> };
  if (!has) return facts;
  const { totp, active = {}, ...rest } = has;
  const isSame = totp === (active.totp ?? 0) > 0;
  return { ...facts, has: { ...rest, active: isSame ? active : { ...active, totp: totp ? 1 : 0 } } };
}
