import type { Duration, Method, UnlockWay } from '@tweestap/protocol';

/**
 * What a flow knows. The present step is never stored: `nextStep` derives it from these facts, so there is no cursor
 * that a client could move (DESIGN §2). Times are milliseconds since the epoch.
 */
export interface Facts {
  organisation?: string;
  /** The name as it was typed and as it is compared; `id` is null for a name that has no account. */
  account?: { username: string; key: string; id: string | null };
  /** When the password was proven in this flow. */
  password?: { at: number };
  /** The second factor that was proven in this flow. */
  factor?: { method: Method; id: string; at: number };
  /** A valid remembered device stands in for the second factor (D1). */
  remembered?: { deviceId: string; factorTime: number };
  /** The method that the person asked for; `ask` shows the choice. */
  method?: Method | 'ask';
  /** The person asked to remember this device, for this long. */
  remember?: Duration;
  /** What the account has, as read when the password was proven and after each change. */
  has?: { totp: boolean; recoveryCodes: boolean };
  /** A new authenticator being set up; the secret is sealed, bound to the flow. Dropped when it is confirmed. */
  enrolment?: { factorId: string; secret: string; at: number };
  /** The new authenticator was confirmed with a right code. */
  enrolled?: { factorId: string; at: number };
  /** New recovery codes, sealed, until the person says that they are kept. */
  newCodes?: { sealed: string };
  /** The person said that the recovery codes are kept. */
  codesKept?: { at: number };
  /** Attempts are refused until then. */
  lock?: { until: number; ways: readonly UnlockWay[] };
  /** The session that this flow belongs to (enroll, step-up): hash of its id. */
  session?: string;
  /** Where to go on: checked against the allow-list when the flow was made. */
  returnTo?: string;
}
