import type { Acr, Amr } from '@tweestap/protocol';
import { hashToken, newToken, type Random } from '../crypto/tokens.ts';
import { activePassword } from '../store/accounts/passwords.ts';
import type { Database, Db, Tx } from '../store/database.ts';
import type { SessionRow } from '../store/schema.ts';
import {
  countOtherSessions,
  deleteDeadSession,
  deleteSession,
  findSession,
  insertSession,
  touchSession,
} from '../store/sessions.ts';

/** How long a session is valid without use, in ms (R71). */
const MAX_IDLE_MS = 60 * 60_000;
/** How long a session is valid in all, in ms (R71). */
const MAX_LIFE_MS = 24 * 60 * 60_000;
/** How often the last use is stored, in ms. A write for each request would cost too much. */
const USE_INTERVAL_MS = 60_000;
/** In ms. A clock that was set back by more than this ends the session (R86). */
const CLOCK_SLACK_MS = 5 * 60_000;

/** How the user of a session authenticated. */
export interface Assurance {
  /** The methods that were used (RFC 8176). */
  amr: Amr[];
  /** The assurance level. */
  acr: Acr;
  /** When a second factor was last verified, in ms since the epoch; null if none was. */
  factorTime: number | null;
  /** Whether that factor was a recovery code. */
  recovery: boolean;
}

/** A session with a new id. */
export interface IssuedSession {
  /** The value of the cookie. The database has only its hash. */
  token: string;
  /** In ms since the epoch. */
  expiresAt: number;
  /** The hash of the id that this session replaced (R67). */
  endedSession?: string;
}

/** Starts a session with a new id, and ends the session that the browser had before (R67). */
export async function createSession(
  tx: Tx,
  options: {
    accountId: string;
    organisationId: string;
    assurance: Assurance;
    /** The session of the request's cookie, of any user. */
    previous: SessionRow | undefined;
    /** The client that authenticated itself in this login (R94). Default: none. */
    client?: string | undefined;
    now: number;
    random: Random;
  },
): Promise<IssuedSession> {
  const { accountId, organisationId, assurance, previous, client = null, now, random } = options;
  if (previous) await deleteSession(tx, previous.id_hash);
  const token = newToken(random);
  const expiresAt = now + MAX_LIFE_MS;
  await insertSession(tx, {
    id_hash: hashToken(token),
    account_id: accountId,
    organisation_id: organisationId,
    ...columnsOf(assurance),
    auth_time: now,
    created_at: now,
    last_seen_at: now,
    expires_at: expiresAt,
    client,
  });
  return { token, expiresAt, ...(previous ? { endedSession: previous.id_hash } : {}) };
}

/**
 * Gives a session a new id and the assurance that was reached since (R67). Its end stays the same (R71). Returns undefined
 * if the session has ended, because nothing revives it.
 */
export async function renewSession(
  tx: Tx,
  options: { session: SessionRow; assurance: Assurance; now: number; random: Random },
): Promise<IssuedSession | undefined> {
  const { session, assurance, now, random } = options;
  if (!(await deleteSession(tx, session.id_hash))) return undefined;
  const token = newToken(random);
  await insertSession(tx, {
    ...session,
    id_hash: hashToken(token),
    ...columnsOf(assurance),
    auth_time: now,
    last_seen_at: now,
  });
  return { token, expiresAt: session.expires_at, endedSession: session.id_hash };
}

/** The live session of a cookie's token: used within 1 hour, at most 24 hours old, of an active account (R71). */
export async function readSession(db: Db, token: string, now: number): Promise<SessionRow | undefined> {
  const session = await findSession(db, hashToken(token));
  if (!session || !isLive(session, now)) return undefined;
  return (await activePassword(db, session.account_id)) && session;
}

/**
 * Deletes the expired session of a token, so a clock that is set back doesn't revive it (R86). It writes nothing if the
 * session is live or missing. Only requests that may change something call it (R75).
 */
export async function endDeadSession(database: Database, token: string, now: number): Promise<void> {
  const idHash = hashToken(token);
  const session = await findSession(database.read, idHash);
  if (!session || isLive(session, now)) return;
  await database.write((tx) => deleteDeadSession(tx, idHash, limitsAt(now)));
}

/** A session that was last used at this time or before has expired. In ms since the epoch. */
export const idleSince = (now: number): number => now - MAX_IDLE_MS;

/** The limits of a live session, for queries. `isLive` applies the same limits. */
const limitsAt = (now: number) => ({ now, idleSince: idleSince(now), seenUntil: now + CLOCK_SLACK_MS });

/** Whether a stored session is within its limits (R71). */
export function isLive({ expires_at, last_seen_at }: SessionRow, now: number): boolean {
  return now < expires_at && last_seen_at > idleSince(now) && now >= last_seen_at - CLOCK_SLACK_MS;
}

/** The number of other live sessions of the account. */
export async function otherSessions(db: Db, session: SessionRow, now: number): Promise<number> {
  return await countOtherSessions(db, session, { now, seenSince: idleSince(now) });
}

/** Stores that a session was used, at most once a minute. */
export async function recordSessionUse(database: Database, session: SessionRow, now: number): Promise<void> {
  if (now - session.last_seen_at < USE_INTERVAL_MS) return;
  await database.write((tx) => touchSession(tx, session.id_hash, now));
}

/** Logs out: ends a session on all instances immediately. Returns false if it had ended before. */
export async function endSession(database: Database, session: SessionRow): Promise<boolean> {
  return await database.write((tx) => deleteSession(tx, session.id_hash));
}

/** The assurance of a stored session. */
export function assuranceOfSession(session: SessionRow): Assurance {
  return {
    amr: JSON.parse(session.amr) as Amr[],
    acr: session.acr === 'aal2' ? 'aal2' : 'aal1',
    factorTime: session.factor_time,
    recovery: session.recovery === 1,
  };
}

function columnsOf({ amr, acr, factorTime, recovery }: Assurance) {
  return { amr: JSON.stringify(amr), acr, factor_time: factorTime, recovery: recovery ? 1 : 0 };
}

/** The sentence that refuses the session of a client where that client is not accepted (R94). */
export const clientSession = (client: string): string =>
  `This session belongs to the client "${client}", and is not accepted here.`;

/** How long a second factor counts as fresh by default, in seconds. */
export const STEP_UP_MAX_AGE = 300;

/**
 * Whether the session's second factor was verified within the last `maxAge` seconds (R73). A remembered device and the
 * password don't count (D1), and a clock that was set back makes no factor fresh (R86).
 */
export function isSteppedUp(session: SessionRow, now: number, maxAge: number): boolean {
  if (session.acr !== 'aal2' || session.factor_time === null) return false;
  const age = now - session.factor_time;
  return age >= 0 && age <= maxAge * 1000;
}
