import { hasFactor, longest, type User } from './users.ts';

/** A user who is known on a browser. `until` and `factorTime` are set if the browser is remembered for the user. */
interface Entry {
  until?: number | undefined;
  factorTime?: number | undefined;
}

/** The device tokens of one browser: the newest, and the previous one, which is valid until the newest is used (R40). */
interface Series {
  current: string;
  previous?: string | undefined;
  /** Whether an answer with a new token was lost, so that it is not known which tokens are valid. */
  isUncertain: boolean;
  users: Map<User, Entry>;
}

/** The ledger's record of known and remembered browsers, by the first part of their device tokens. */
export class Devices {
  private readonly series = new Map<string, Series>();

  /**
   * Until when this token replaces the second factor, and when the factor was last proven, in ms since the epoch (D1, R37,
   * R38). Undefined if the token does not replace it.
   */
  remembered(token: string | undefined, user: User, now: number): { until: number; factorTime: number } | undefined {
    const entry = this.seriesOf(token)?.users.get(user);
    if (entry?.until === undefined || entry.factorTime === undefined || !hasFactor(user)) {
      return undefined;
    }
    const { until, factorTime } = entry;
    const end = Math.min(until, factorTime + longest(user.organisation));
    return now < end ? { until: end, factorTime } : undefined;
  }

  /** Whether wrong passwords of the account are counted for this browser (R44); undefined if that is uncertain. */
  knows(token: string | undefined, user: User): boolean | undefined {
    const series = this.series.get(idOf(token));
    if (!series?.users.has(user)) return false;
    return series.isUncertain ? undefined : this.seriesOf(token) !== undefined;
  }

  /** The part of a token that identifies its browser; empty without a token. */
  idOf = (token: string | undefined): string => idOf(token);

  /** Records a login that ended on a browser. `came` is the token in the request, `given` the one in the answer. */
  finished(
    { came, given, lost }: { came: string | undefined; given: string | undefined; lost: boolean },
    user: User,
    remember: { until: number; factorTime: number } | undefined,
  ): void {
    const before = this.seriesOf(came);
    if (lost && before) before.isUncertain = true;
    if (given !== undefined) this.rotate(came, given);
    const series = this.series.get(idOf(given ?? came));
    if (!series) return;
    series.users.set(user, remember ?? series.users.get(user) ?? {});
  }

  /** If a token is no longer valid, its use is a replay: no user is known on that browser any more (R40). */
  replayed(token: string | undefined): void {
    const series = this.series.get(idOf(token));
    if (series && !series.isUncertain && this.seriesOf(token) === undefined) this.series.delete(idOf(token));
  }

  /** Records that an answer was lost which may have contained a new token. */
  lost(token: string | undefined): void {
    const series = this.series.get(idOf(token));
    if (series) series.isUncertain = true;
  }

  /** Records a use of a token that the server may have treated as a replay or not. */
  doubt(token: string | undefined): void {
    const series = this.series.get(idOf(token));
    if (series && this.isStale(token)) series.isUncertain = true;
  }

  /** Whether a token was valid before and is not any more. */
  private isStale(token: string | undefined): boolean {
    const series = this.series.get(idOf(token));
    return series !== undefined && this.seriesOf(token) === undefined;
  }

  /** Removes a user from all browsers. */
  forget(user: User): void {
    for (const id of this.series.keys()) this.forgetOn(id, user);
  }

  /** Removes a user from one browser. */
  forgetOn(id: string, user: User): void {
    const series = this.series.get(id);
    if (!series?.users.delete(user)) return;
    if (series.users.size === 0) this.series.delete(id);
  }

  /** Ends the remembering of all browsers of a user, who stays known on them. Used after a change of factors. */
  clearRemembered(user: User): void {
    for (const { users } of this.series.values()) if (users.has(user)) users.set(user, {});
  }

  /** Ends the remembering if a login found it expired: a clock that is set back must not revive it (R86). */
  expire(token: string | undefined, user: User, now: number): void {
    const users = this.series.get(idOf(token))?.users;
    if ((users?.get(user)?.until ?? now + 1) <= now) users?.set(user, {});
  }

  /** Ends every expired remembering, after the sweeper ran. */
  swept(now: number): void {
    for (const { users } of this.series.values()) {
      for (const [user, { until = now + 1 }] of users) if (until <= now) users.set(user, {});
    }
  }

  private rotate(came: string | undefined, given: string): void {
    const id = idOf(given);
    const before = this.series.get(id);
    if (before) Object.assign(before, { current: given, previous: came });
    else this.series.set(id, { current: given, isUncertain: false, users: new Map() });
  }

  private seriesOf(token: string | undefined): Series | undefined {
    const series = this.series.get(idOf(token));
    if (!series || token === undefined) return undefined;
    return series.isUncertain || series.current === token || series.previous === token ? series : undefined;
  }
}

const idOf = (token: string | undefined): string => token?.split('.')[0] ?? '';
