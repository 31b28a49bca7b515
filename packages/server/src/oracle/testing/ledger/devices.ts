import { longest, type User } from './users.ts';

/** Who is known on a browser; `until` and `factorTime` only of who is remembered on it. */
interface Entry {
  until?: number | undefined;
  factorTime?: number | undefined;
}

/** The device tokens of one browser: the newest, and the one before it, which is good until the newest is used (R40). */
interface Series {
  current: string;
  previous?: string | undefined;
  /** A token was made whose answer was lost: which ones are good is not known. */
  loose: boolean;
  users: Map<User, Entry>;
}

/** The browsers by the first part of their tokens. */
export class Devices {
  private readonly series = new Map<string, Series>();

  /** Until when the second factor may be left out with this token, and when it was last proven (D1, R37, R38). */
  remembered(token: string | undefined, user: User, now: number): { until: number; factorTime: number } | undefined {
    const entry = this.seriesOf(token)?.users.get(user);
    if (entry?.until === undefined || entry.factorTime === undefined || user.authenticators.length === 0) {
      return undefined;
    }
    const { until, factorTime } = entry;
    const end = Math.min(until, factorTime + longest(user.organisation));
    return now < end ? { until: end, factorTime } : undefined;
  }

  /** Whether the account's own count of wrong passwords is the one of this browser (R44); undefined where that is in doubt. */
  knows(token: string | undefined, user: User): boolean | undefined {
    const series = this.series.get(idOf(token));
    if (!series?.users.has(user)) return false;
    return series.loose ? undefined : this.seriesOf(token) !== undefined;
  }

  idOf = (token: string | undefined): string => idOf(token);

  /** A login ended on a browser that came with one token and was given another, or none. */
  finished(
    { came, given, lost }: { came: string | undefined; given: string | undefined; lost: boolean },
    user: User,
    remember: { until: number; factorTime: number } | undefined,
  ): void {
    const before = this.seriesOf(came);
    if (lost && before) before.loose = true;
    if (given !== undefined) this.rotate(came, given);
    const series = this.series.get(idOf(given ?? came));
    if (!series) return;
    series.users.set(user, remember ?? series.users.get(user) ?? {});
  }

  /** A token that is no longer one of its browser's came round again: the browser is nobody's any more (R40). */
  replayed(token: string | undefined): void {
    const series = this.series.get(idOf(token));
    if (series && !series.loose && this.seriesOf(token) === undefined) this.series.delete(idOf(token));
  }

  /** An answer was lost that may have brought another token. */
  lost(token: string | undefined): void {
    const series = this.series.get(idOf(token));
    if (series) series.loose = true;
  }

  /** It may have been taken for a replay, or not. */
  doubt(token: string | undefined): void {
    const series = this.series.get(idOf(token));
    if (series && this.isStale(token)) series.loose = true;
  }

  /** Whether a token was good once and is not any more. */
  private isStale(token: string | undefined): boolean {
    const series = this.series.get(idOf(token));
    return series !== undefined && this.seriesOf(token) === undefined;
  }

  forget(user: User): void {
    for (const id of this.series.keys()) this.forgetOn(id, user);
  }

  forgetOn(id: string, user: User): void {
    const series = this.series.get(id);
    if (!series?.users.delete(user)) return;
    if (series.users.size === 0) this.series.delete(id);
  }

  /** Known, but not remembered: what is left of a device after the factors have changed. */
  clearRemembered(user: User): void {
    for (const { users } of this.series.values()) if (users.has(user)) users.set(user, {});
  }

  /** A login found the remembering over: a clock that is set back must not revive it (R86). */
  over(token: string | undefined, user: User, now: number): void {
    const users = this.series.get(idOf(token))?.users;
    if ((users?.get(user)?.until ?? now + 1) <= now) users?.set(user, {});
  }

  /** The sweeper found every remembering that is over. */
  swept(now: number): void {
    for (const { users } of this.series.values()) {
      for (const [user, { until = now + 1 }] of users) if (until <= now) users.set(user, {});
    }
  }

  private rotate(came: string | undefined, given: string): void {
    const id = idOf(given);
    const before = this.series.get(id);
    if (before) Object.assign(before, { current: given, previous: came });
    else this.series.set(id, { current: given, loose: false, users: new Map() });
  }

  private seriesOf(token: string | undefined): Series | undefined {
    const series = this.series.get(idOf(token));
    if (!series || token === undefined) return undefined;
    return series.loose || series.current === token || series.previous === token ? series : undefined;
  }
}

const idOf = (token: string | undefined): string => token?.split('.')[0] ?? '';
