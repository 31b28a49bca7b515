import assert from 'node:assert/strict';
import { Counts } from './counts.ts';
import { Devices } from './devices.ts';
import { textOf } from './jws.ts';
import { Phones } from './phones.ts';
import type { FlowRecord, Given, LinkRecord, SessionRecord } from './records.ts';
import { revokeDevices } from './rules.ts';
import type { User } from './users.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LINK_LIFE = { activate: 24 * HOUR, register: 24 * HOUR, reset: HOUR, unlock: HOUR };
const SESSION_IDLE = HOUR;
/** ms: how often the server stores the use of a session at most. */
const USE_INTERVAL = 60_000;

/** The lifetime of a flow of a kind, in ms. */
export const lifeOf = (kind: string): number => (kind === 'login' || kind === 'step-up' ? 15 : 60) * MINUTE;

/**
 * An independent record of the proofs that each user gave (R1, R92). It knows the passwords, secrets, codes, links and
 * cookies, judges every answer by them as of the commit, and does not use the server's records. Everything that the server
 * accepts must be correct, every session must have the proofs that it requires, and everything that was ended must stay
 * ended.
 */
export class Ledger {
  /** All users, including deleted ones. */
  readonly users: User[];
  /** The known and remembered browsers. */
  readonly devices = new Devices();
  /** The counts of wrong attempts. */
  readonly counts = new Counts();
  /** The flows by id. */
  readonly flows = new Map<string, FlowRecord>();
  /** The sessions by cookie. */
  readonly sessions = new Map<string, SessionRecord>();
  /** The mailed links by token. */
  readonly links = new Map<string, LinkRecord>();
  /** The phones that are being linked, and the requests for approval. */
  readonly phones = new Phones();
  /** The nonces of hand-overs, by the cookie of the browser that got them (K11). */
  readonly nonces = new Map<string, string>();
  /** Tokens of hand-overs that were refused, and which the server may have used nevertheless. */
  readonly spentTokens = new Set<string>();
  /** Counts what was proven, by name, so that walks that prove too little fail. */
  readonly note: (what: string) => void;
  /** The number of sessions whose proofs were complete. */
  paid = 0;

  constructor(users: User[], note: (what: string) => void = () => {}) {
    this.users = users;
    this.note = note;
    for (const user of users) for (const { jwk } of user.phones) this.phones.keys.set(textOf(jwk), user);
  }

  /** Finds the user with a username in an organisation, in any spelling; undefined if there is none or it was deleted. */
  find(organisation: string | undefined, name: string | undefined): User | undefined {
    const key = name?.normalize('NFC').trim().toLowerCase();
    return this.users.find(
      (user) =>
        user.organisation.id === organisation && user.username === key && user.state !== 'gone' && !user.portal?.isGone,
    );
  }

  /** The session of a cookie; undefined if it has ended or expired. */
  session(token: string | undefined, now: number): SessionRecord | undefined {
    const record = this.sessions.get(token ?? '');
    if (!record || record.dead !== undefined || now >= record.expires) return undefined;
    const used = Math.max(record.authTime, record.seen ?? 0);
    return now - used < SESSION_IDLE ? record : undefined;
  }

  /** Ends the other flows and sessions and all remembering, after a recovery, a new factor or a new password (R34, R39). */
  revoke(user: User, why: string, keep: { flow?: FlowRecord | undefined; session?: string | undefined } = {}): void {
    revokeDevices(this.devices, user);
    user.installations = [];
    this.phones.end(user, why, keep.flow);
    this.endFlows(user, why, keep.flow);
    this.endSessions(user, why, keep.session);
  }

  /** Ends everything that an account is used with, after it was reported, disabled or deleted. */
  shut(user: User, why: string, session?: string): void {
    this.devices.forget(user);
    user.installations = [];
    this.phones.end(user, why);
    this.endFlows(user, why);
    this.endSessions(user, why, session);
  }

  /** Ends the open flows of a user, except one. */
  endFlows(user: User, why: string, keep?: FlowRecord): void {
    for (const flow of this.flows.values()) if (flow.user === user && flow !== keep && !flow.done) flow.dead ??= why;
  }

  /** Ends the sessions of a user, except one. */
  endSessions(user: User, why: string, keep?: string): void {
    for (const [token, session] of this.sessions) if (session.user === user && token !== keep) session.dead ??= why;
  }

  /** Ends the sessions of a user that a client began. */
  endSessionsOf(client: string, user: User, why: string): void {
    for (const session of this.sessions.values()) {
      if (session.user === user && session.client === client) session.dead ??= why;
    }
  }

  /** Makes the links of a user invalid: all of them, or those of one kind. */
  voidLinks(user: User, why: string, kind?: string): void {
    for (const link of this.links.values()) {
      if (link.user === user && (kind === undefined || link.kind === kind)) link.dead ??= why;
    }
  }

  /** Records a link that was sent by mail or on paper, and makes older links for the same purpose invalid (R31). */
  mailed(token: string, link: Omit<LinkRecord, 'until'>): void {
    if (this.links.has(token)) return;
    for (const old of this.links.values()) {
      const same = link.user ? old.user === link.user : old.email === link.email && !old.user;
      if (same && old.kind === link.kind && old.organisation === link.organisation)
        old.dead ??= 'a newer link was sent';
    }
    this.links.set(token, { ...link, until: link.from + LINK_LIFE[link.kind] });
  }

  /** Spends the link of a flow. @throws AssertionError if it was used, invalid or expired */
  useLink(flow: FlowRecord, { now }: Given): void {
    const link = this.links.get(flow.link ?? '');
    assert.ok(link, 'a link that does not exist was accepted');
    assert.equal(link.dead, undefined, 'a used or invalid link was accepted (R31)');
    assert.ok(now < link.until, 'an expired link was accepted (R31)');
    link.dead = 'it was used';
  }

  /** Records a run of the sweeper: everything that had expired by then stays expired (R86). */
  swept(now: number): void {
    for (const flow of this.flows.values()) if (now >= flow.expires && !flow.done) flow.dead ??= 'it was swept';
    for (const link of this.links.values()) if (now >= link.until) link.dead ??= 'it was swept';
    for (const [token, record] of this.sessions) {
      if (!this.session(token, now)) record.dead ??= 'it was swept';
      else if (this.isNearlyIdle(record, now)) record.over = true;
    }
    for (const user of this.users) {
      if (user.desk && now >= user.desk.until) user.desk = undefined;
      if (user.passwordCode && now >= user.passwordCode.until) user.passwordCode = undefined;
    }
    this.devices.swept(now);
    this.phones.swept(now);
  }

  /**
   * Whether it is open if a session is idle: its last use was on a page of the portal an hour ago, and the server stores a use
   * once a minute only.
   */
  isNearlyIdle({ authTime, seen }: SessionRecord, now: number): boolean {
    return seen !== undefined && now - authTime >= SESSION_IDLE && now - seen >= SESSION_IDLE - USE_INTERVAL;
  }

  /** Records a changing call with a session that may have expired. */
  met(token: string | undefined, now: number): void {
    const record = this.sessions.get(token ?? '');
    if (record && this.mayBeRefused(token, record, now)) record.over = true;
  }

  /** Records a changing call that was refused as not logged in: if the session had expired, it stays expired (R86). */
  refused({ cookies, now }: Given): void {
    const record = this.sessions.get(cookies.session ?? '');
    if (record && this.mayBeRefused(cookies.session, record, now)) record.dead ??= 'it was refused as expired';
  }

  /** Whether a session has expired, or the clock is earlier than its login. */
  private mayBeRefused(token: string | undefined, { authTime }: SessionRecord, now: number): boolean {
    return !this.session(token, now) || now < authTime;
  }
}
