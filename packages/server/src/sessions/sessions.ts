import type { Acr, Amr } from '@tweestap/protocol';
import { hashToken, newToken, type Random } from '../crypto/tokens.ts';
import { activePassword } from '../store/accounts.ts';
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

/** R71, in ms. */
const SESSION_IDLE = 60 * 60_000;
const SESSION_LIFE = 24 * 60 * 60_000;
/** ms. How exact 'last seen' is: a write for each request would cost more than it tells. */
const SEEN_EVERY = 60_000;
/** ms. A clock that was set back further than this ends the session rather than reviving it (R86). */
const CLOCK_SLACK = 5 * 60_000;

/** What a session says about how its user authenticated. Times in ms since the epoch. */
export interface Assurance {
  amr: Amr[];
  acr: Acr;
  /** When a second factor was last really verified. */
  factorTime: number | null;
  /** Whether that factor was a recovery code. */
  recovery: boolean;
}

export interface IssuedSession {
  /** The cookie's value; the database has its hash alone. */
  token: string;
  /** ms since the epoch. */
  expiresAt: number;
  /** Hash of the id that this one replaced (R67). */
  endedSession?: string;
}

/** Begins a session under a new id; one that this browser had before is dead (R67). */
export async function createSession(
  tx: Tx,
  options: {
    accountId: string;
    organisationId: string;
    assurance: Assurance;
    /** The session that the browser came with, of whomever it is. */
    previous: SessionRow | undefined;
    now: number;
    random: Random;
  },
): Promise<IssuedSession> {
  const { accountId, organisationId, assurance, previous, now, random } = options;
  if (previous) await deleteSession(tx, previous.id_hash);
  const token = newToken(random);
  const expiresAt = now + SESSION_LIFE;
  await insertSession(tx, {
    id_hash: hashToken(token),
    account_id: accountId,
    organisation_id: organisationId,
    ...columnsOf(assurance),
    auth_time: now,
    created_at: now,
    last_seen_at: now,
    expires_at: expiresAt,
  });
  return { token, expiresAt, ...(previous ? { endedSession: previous.id_hash } : {}) };
}

/**
 * Gives a session a new id and what was proven since (R67). It never lives longer by that (R71). Undefined when it has
 * ended meanwhile: nothing revives it.
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

/** The session of a cookie's token while it lives: idle ≤ 1 h, in all ≤ 24 h, the account still active (R71). */
export async function readSession(db: Db, token: string, now: number): Promise<SessionRow | undefined> {
  const session = await findSession(db, hashToken(token));
  if (!session || !isLive(session, now)) return undefined;
  return (await activePassword(db, session.account_id)) && session;
}

/**
 * Deletes the session of a token that was refused because its time is over: a clock that is set back must not revive it
 * (R86). For requests that change something only (R75). Writes nothing where there is no such session.
 */
export async function endDeadSession(database: Database, token: string, now: number): Promise<void> {
  const idHash = hashToken(token);
  const session = await findSession(database.read, idHash);
  if (!session || isLive(session, now)) return;
  await database.write((tx) => deleteDeadSession(tx, idHash, limitsAt(now)));
}

/** Sessions that were last seen then or before have idled for too long. */
export const idleSince = (now: number): number => now - SESSION_IDLE;

/** What a stored session is compared with, as in `isLive`. */
const limitsAt = (now: number) => ({ now, idleSince: idleSince(now), seenUntil: now + CLOCK_SLACK });

/** Whether a session that is stored is within its limits (R71). */
export function isLive({ expires_at, last_seen_at }: SessionRow, now: number): boolean {
  return now < expires_at && last_seen_at > idleSince(now) && now >= last_seen_at - CLOCK_SLACK;
}

/** How many sessions of the account live besides this one. */
export async function otherSessions(db: Db, session: SessionRow, now: number): Promise<number> {
  return await countOtherSessions(db, session, { now, seenSince: idleSince(now) });
}

/** Notes that a session was used, once a minute at most. */
export async function sawSession(database: Database, session: SessionRow, now: number): Promise<void> {
  if (now - session.last_seen_at < SEEN_EVERY) return;
  await database.write((tx) => touchSession(tx, session.id_hash, now));
}

/** Signs out: dead on all instances at once. False when it was ended before. */
export async function endSession(database: Database, session: SessionRow): Promise<boolean> {
  return await database.write((tx) => deleteSession(tx, session.id_hash));
}

/** What a session row says of its assurance. */
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

/** Seconds that a second factor counts as fresh where nobody says otherwise. */
export const STEP_UP_MAX_AGE = 300;

/**
 * Whether the session's second factor was really verified within `maxAge` seconds (R73). A remembered device and the
 * password never do (D1), and a clock that was set back makes nothing fresh (R86).
 */
export function isSteppedUp(session: SessionRow, now: number, maxAge: number): boolean {
  if (session.acr !== 'aal2' || session.factor_time === null) return false;
  const age = now - session.factor_time;
  return age >= 0 && age <= maxAge * 1000;
}
