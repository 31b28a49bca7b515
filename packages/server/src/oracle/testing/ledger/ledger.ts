import assert from 'node:assert/strict';
import { Counts } from './counts.ts';
import { Devices } from './devices.ts';
import type { FlowRecord, Given, LinkRecord, SessionRecord } from './records.ts';
import { revokeDevices } from './rules.ts';
import type { User } from './users.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LINK_LIFE = { activate: 24 * HOUR, register: 24 * HOUR, reset: HOUR, unlock: HOUR };
const SESSION_IDLE = HOUR;

export const lifeOf = (kind: string): number => (kind === 'login' || kind === 'step-up' ? 15 : 60) * MINUTE;

/**
 * An independent account of who proved what (R1, R92). It knows the passwords, secrets, codes, links and cookies
 * themselves, judges every answer by them at the moment of the commit, and never asks the server what it believes.
 * Whatever the server accepts must be right, every session must be paid for, and what was ended must stay ended.
 */
export class Ledger {
  readonly users: User[];
  readonly devices = new Devices();
  readonly counts = new Counts();
  readonly flows = new Map<string, FlowRecord>();
  readonly sessions = new Map<string, SessionRecord>();
  readonly links = new Map<string, LinkRecord>();
  /** Sessions that were paid for. */
  paid = 0;

  constructor(users: User[]) {
    this.users = users;
  }

  find(organisation: string | undefined, name: string | undefined): User | undefined {
    const key = name?.normalize('NFC').trim().toLowerCase();
    return this.users.find(
      (user) => user.organisation.id === organisation && user.username === key && user.state !== 'gone',
    );
  }

  /** The session that a cookie is, while it lives. */
  session(token: string | undefined, now: number): SessionRecord | undefined {
    const record = this.sessions.get(token ?? '');
    if (!record || record.dead !== undefined || now >= record.expires || now - record.authTime >= SESSION_IDLE) {
      return undefined;
    }
    return record;
  }

  /** After a recovery, a new factor or a new password nothing that was proven before stands any more (R34, R39). */
  revoke(user: User, why: string, keep: { flow?: FlowRecord; session?: string | undefined } = {}): void {
    revokeDevices(this.devices, user);
    this.endFlows(user, why, keep.flow);
    this.endSessions(user, why, keep.session);
  }

  endFlows(user: User, why: string, keep?: FlowRecord): void {
    for (const flow of this.flows.values()) if (flow.user === user && flow !== keep && !flow.done) flow.dead ??= why;
  }

  endSessions(user: User, why: string, keep?: string): void {
    for (const [token, session] of this.sessions) if (session.user === user && token !== keep) session.dead ??= why;
  }

  voidLinks(user: User, why: string, kind?: string): void {
    for (const link of this.links.values()) {
      if (link.user === user && (kind === undefined || link.kind === kind)) link.dead ??= why;
    }
  }

  /** A link went out by mail or on paper: those before it for the same thing are void (R31). */
  mailed(token: string, link: Omit<LinkRecord, 'until'>): void {
    if (this.links.has(token)) return;
    for (const old of this.links.values()) {
      const same = link.user ? old.user === link.user : old.email === link.email && !old.user;
      if (same && old.kind === link.kind && old.organisation === link.organisation) old.dead ??= 'a newer one was sent';
    }
    this.links.set(token, { ...link, until: link.from + LINK_LIFE[link.kind] });
  }

  /** A mailed link is spent by what it leads to. */
  useLink(flow: FlowRecord, { now }: Given): void {
    const link = this.links.get(flow.link ?? '');
    assert.ok(link, 'something was done with a link that there is not');
    assert.equal(link.dead, undefined, 'a link was used that is used or void (R31)');
    assert.ok(now < link.until, 'a link was used after its time (R31)');
    link.dead = 'it was used';
  }

  /** The sweeper came by: what had expired by then stays expired (R86). */
  swept(now: number): void {
    for (const flow of this.flows.values()) if (now >= flow.expires && !flow.done) flow.dead ??= 'it was swept';
    for (const link of this.links.values()) if (now >= link.until) link.dead ??= 'it was swept';
    for (const [token, record] of this.sessions) if (!this.session(token, now)) record.dead ??= 'it was swept';
    for (const user of this.users) {
      if (user.desk && now >= user.desk.until) user.desk = undefined;
      if (user.passwordCode && now >= user.passwordCode.until) user.passwordCode = undefined;
    }
    this.devices.swept(now);
  }

  /** A changing call came with a session whose time may be over. */
  met(token: string | undefined, now: number): void {
    const record = this.sessions.get(token ?? '');
    if (record && this.mayBeRefused(token, record, now)) record.over = true;
  }

  /** A changing call was refused for want of a session: what had expired by then stays expired (R86). */
  refused({ cookies, now }: Given): void {
    const record = this.sessions.get(cookies.session ?? '');
    if (record && this.mayBeRefused(cookies.session, record, now)) record.dead ??= 'it was refused as expired';
  }

  /** Its time is over, or the clock is behind its making. */
  private mayBeRefused(token: string | undefined, { authTime }: SessionRecord, now: number): boolean {
    return !this.session(token, now) || now < authTime;
  }
}
