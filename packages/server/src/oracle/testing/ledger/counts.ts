import assert from 'node:assert/strict';
import type { Organisation, User } from './users.ts';

/** ms: the default first wait of a soft lock. */
const FIRST_WAIT = 60_000;

/** The wrong attempts under one key, as a range: after a kill or a race, some attempts may be counted or not. */
interface Count {
  atLeast: number;
  atMost: number;
  /** At most this many since the last completed login. */
  hard: number;
  /** The time of the attempt that set the lock, in ms since the epoch. */
  lockedAt: number;
}

/** The ledger's own count of wrong attempts. It decides that every lock has a cause (R91) and stops guesses (R43). */
export class Counts {
  private readonly counts = new Map<string, Count>();
  /** The number of attempts without an answer yet, which the server may have counted already. */
  underWay = 0;

  /** Records an attempt that was evaluated and wrong. */
  wrong(key: string, { soft }: Organisation, now: number): void {
    const count = this.of(key);
    count.atLeast += 1;
    count.atMost += 1;
    count.hard += 1;
    if (count.atLeast >= soft) count.lockedAt = now;
  }

  /** Records attempts that may have been counted or not. */
  doubt(key: string, attempts = 1): void {
    const count = this.of(key);
    count.atMost += attempts;
    count.hard += attempts;
  }

  /** Checks, for an attempt that was evaluated, that no lock was in effect. */
  evaluated(key: string, { soft }: Organisation, now: number): void {
    assert.ok(!this.isLocked(key, { soft }, now), `an attempt was evaluated under a lock (R43): ${key}`);
  }

  /** Whether a lock is in effect for certain. */
  isLocked(key: string, { soft }: Pick<Organisation, 'soft'>, now: number): boolean {
    const { atLeast, lockedAt } = this.of(key);
    return atLeast >= soft && now >= lockedAt && now < lockedAt + FIRST_WAIT;
  }

  /** Checks, for an attempt that was answered `locked`, that this attempt or earlier ones caused the lock. */
  locked(key: string, { soft, hard }: Organisation, now: number): void {
    const count = this.of(key);
    const most = count.atMost + 1 + this.underWay;
    assert.ok(
      most >= soft || count.hard + 1 + this.underWay >= hard,
      `locked after at most ${count.atMost} wrong attempts, the limit is ${soft} (R91): ${key}`,
    );
    if (count.atLeast === count.atMost && count.atLeast < soft) this.wrong(key, { soft } as Organisation, now);
    else this.doubt(key);
  }

  /** Whether a lock may be in effect. */
  mayBeLocked(key: string, { soft, hard }: Organisation): boolean {
    const { atMost, hard: all } = this.of(key);
    return atMost + this.underWay >= soft || all + this.underWay >= hard;
  }

  /** Resets the soft count, after the lock was lifted or the credential was used successfully. */
  lifted(key: string): void {
    const count = this.of(key);
    count.atLeast = 0;
    count.atMost = 0;
  }

  /** Resets the hard count; a running wait stays. */
  uncapped(key: string): void {
    this.of(key).hard = 0;
  }

  /** Whether the cap may have disabled the credential. */
  mayBeCapped(key: string, { hard }: Organisation): boolean {
    return this.of(key).hard + this.underWay >= hard;
  }

  /** Resets both counts of a key. */
  reset(key: string): void {
    this.counts.delete(key);
  }

  /** Resets every soft count of an account, after the help desk unlocked it. */
  liftedFor({ id, username, organisation }: User): void {
    for (const key of this.counts.keys()) {
      if (key === `name ${organisation.id}/${username}` || key.endsWith(id)) this.lifted(key);
    }
  }

  /** Resets the soft counts of the password, also on known devices, after an unlock by a mailed link (R50). */
  passwordLifted(user: User): void {
    for (const key of this.passwordKeys(user)) this.lifted(key);
  }

  /** Records that the soft counts of the password were lifted or not. */
  passwordMayBeLifted(user: User): void {
    for (const key of this.passwordKeys(user)) this.of(key).atLeast = 0;
  }

  /** Resets all counts of the password, also on known devices, after a new password was set. Counts of codes stay. */
  passwordReset(user: User): void {
    for (const key of this.passwordKeys(user)) this.reset(key);
  }

  /** Removes the counts of a deleted account. */
  forget({ id, username, organisation }: User): void {
    for (const key of [...this.counts.keys()]) {
      if (key === `name ${organisation.id}/${username}` || key.endsWith(id)) this.reset(key);
    }
  }

  private passwordKeys({ id, username, organisation }: User): string[] {
    const isOfPassword = (key: string) =>
      key === `name ${organisation.id}/${username}` || (key.startsWith('device ') && key.endsWith(`/${id}`));
    return [...this.counts.keys()].filter(isOfPassword);
  }

  private of(key: string): Count {
    let count = this.counts.get(key);
    if (!count) {
      count = { atLeast: 0, atMost: 0, hard: 0, lockedAt: Number.NEGATIVE_INFINITY };
      this.counts.set(key, count);
    }
    return count;
  }
}
