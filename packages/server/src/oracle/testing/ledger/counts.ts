import assert from 'node:assert/strict';
import type { Organisation, User } from './users.ts';

/** ms: the first wait of a soft lock, by default. */
const FIRST_WAIT = 60_000;

/** Wrong attempts under one key: at least so many and at most so many, since a kill or a race leaves some in doubt. */
interface Count {
  atLeast: number;
  atMost: number;
  /** All since the last completed login, as far as that may have counted. */
  hard: number;
  /** When the attempt that made the lock came. */
  lockedAt: number;
}

/** The ledger's own count of wrong attempts: nothing is locked without cause (R91), nothing is guessed past a lock (R43). */
export class Counts {
  private readonly counts = new Map<string, Count>();
  /** Attempts under way, which may stand in the server's counters for a moment. */
  underWay = 0;

  /** An attempt was evaluated and wrong. `doubt`: how many more may have been counted beside it. */
  wrong(key: string, { soft }: Organisation, now: number): void {
    const count = this.of(key);
    count.atLeast += 1;
    count.atMost += 1;
    count.hard += 1;
    if (count.atLeast >= soft) count.lockedAt = now;
  }

  /** So many attempts may have been counted. */
  doubt(key: string, attempts = 1): void {
    const count = this.of(key);
    count.atMost += attempts;
    count.hard += attempts;
  }

  /** An attempt was evaluated: no lock may have stood. */
  evaluated(key: string, { soft }: Organisation, now: number): void {
    const { atLeast, lockedAt } = this.of(key);
    const stands = atLeast >= soft && now >= lockedAt && now < lockedAt + FIRST_WAIT;
    assert.ok(!stands, `an attempt was evaluated under a lock (R43): ${key}`);
  }

  /** An attempt was answered `locked`: by this very attempt or by those before it. */
  locked(key: string, { soft, hard }: Organisation, now: number): void {
    const count = this.of(key);
    const most = count.atMost + 1 + this.underWay;
    assert.ok(
      most >= soft || count.hard + 1 + this.underWay >= hard,
      `locked after ${count.atMost} wrong attempts of ${soft} (R91): ${key}`,
    );
    if (count.atLeast === count.atMost && count.atLeast < soft) this.wrong(key, { soft } as Organisation, now);
    else this.doubt(key);
  }

  /** Whether a lock may stand. */
  mayBeLocked(key: string, { soft, hard }: Organisation): boolean {
    const { atMost, hard: all } = this.of(key);
    return atMost + this.underWay >= soft || all + this.underWay >= hard;
  }

  /** The lock was lifted, or the credential used with success: what was counted before is no lock any more. */
  lifted(key: string): void {
    const count = this.of(key);
    count.atLeast = 0;
    count.atMost = 0;
  }

  /** The cap begins again, and a running wait stays. */
  uncapped(key: string): void {
    this.of(key).hard = 0;
  }

  /** Whether the credential may have been ended by its cap. */
  mayBeCapped(key: string, { hard }: Organisation): boolean {
    return this.of(key).hard + this.underWay >= hard;
  }

  /** The cap begins anew. */
  reset(key: string): void {
    this.counts.delete(key);
  }

  /** The help desk lifts every soft lock of an account. */
  liftedFor({ id, username, organisation }: User): void {
    for (const key of this.counts.keys()) {
      if (key === `name ${organisation.id}/${username}` || key.endsWith(id)) this.lifted(key);
    }
  }

  /** A mailed link lifts the soft locks of the password, on the devices that are known for the account as well (R50). */
  passwordLifted(user: User): void {
    for (const key of this.passwordKeys(user)) this.lifted(key);
  }

  /** A new password was set: its wrong attempts, its cap and its locks are gone, on known devices as well; those of codes stay. */
  passwordReset(user: User): void {
    for (const key of this.passwordKeys(user)) this.reset(key);
  }

  /** An account is gone, and its counts with it. */
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
