import { recordAudit } from '../audit/record.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import { type CountedAttempt, countAttempt, countersOf, returnAttempt } from '../store/counters.ts';
import type { Database, Tx } from '../store/database.ts';
import { Rollback } from '../store/errors.ts';
import type { CounterRow } from '../store/schema.ts';
import { countStopped } from '../store/stopped-logins.ts';
import { addressBudgets, type Budget, deviceBudget, type Spending, stuffingBudget, windowEnd } from './budgets.ts';
import type { ThrottleSettings } from './settings.ts';

/** An attempt before anything of it is counted or verified. */
export interface Attempted {
  spending: Spending;
  /** The client's address, IPv6 as its /64 (R45). */
  address: string;
  /** The account, or the typed name in its organisation. */
  subject: readonly string[];
  /** The browser that the device cookie names, not yet checked. */
  browserId: string | undefined;
  /** Whether that browser is known for the account (D7). Asked only where the answer matters. */
  isKnown(): Promise<boolean>;
  correlationId: string;
}

/** Leave for one attempt. Exactly one of the two is called, once the verdict is known. */
export interface Permit {
  /** The attempt failed, or the mail is sent: it is counted. */
  spend(): Promise<void>;
  /** Nothing was guessed: what had to be counted before goes back. */
  giveBack(): Promise<void>;
}

/** R52: seconds until the next attempt. */
export interface Held {
  retryAfter: number;
}

/** Slows down whoever fails too often, by refusing: nothing is held open, and nothing is locked. */
export interface Throttle {
  admit(attempted: Attempted): Promise<Permit | Held>;
}

const HOUR = 3_600_000;
/** ms that a login may stand still after its password before it counts as one that stopped. */
const STOPPED_AFTER = 5 * 60_000;

interface Claim {
  budget: Budget;
  counted: CountedAttempt;
}

/**
 * The counters are in the store: instances share them, and a restart keeps them. Below its limit a budget costs one query,
 * and is counted only when an attempt has failed; so many users behind one address may log in at the same moment. At its
 * limit an attempt has to be counted before it is looked at, one at a time, each after twice the wait of the one before.
 */
export function createThrottle(
  { database, clock, random }: { database: Database; clock: Clock; random: Random },
  settings: ThrottleSettings,
): Throttle {
  const first = Math.max(1000, Math.ceil(settings.window / 64));
  const wait = { first, max: Math.max(first, settings.window) };

  const count = (tx: Tx, { key, limit }: Budget, now: number): Promise<CountedAttempt> =>
    countAttempt(tx, { key, now, softLimit: limit, wait });

  /** Counts before anything is verified. All of them or none. @throws Busy */
  const claim = async (budgets: readonly Budget[], attempted: Attempted, now: number): Promise<Claim[]> =>
    await database.write(async (tx) => {
      const claims: Claim[] = [];
      for (const budget of budgets) {
        const counted = await count(tx, budget, now);
        if (!counted.counted) throw new Busy(counted.lockedUntil);
        claims.push({ budget, counted });
        if (isStuffing(budget) && counted.soft === 1) await noteStuffing(tx, budget.accounts, attempted, now);
      }
      return claims;
    });

  const noteStuffing = async (tx: Tx, accounts: number, { address, correlationId }: Attempted, at: number) => {
    const detail = { accounts };
    await recordAudit(tx, { at, event: 'password-stuffing', result: 'slowed', address, correlationId, detail }, random);
  };

  const stuffing = async ({ spending, address }: Attempted, now: number): Promise<StuffingBudget | undefined> => {
    if (spending !== 'password') return undefined;
    const between = { after: now - HOUR, until: now - STOPPED_AFTER };
    const accounts = await countStopped(database.read, address, between, settings.stopped + 1);
    return accounts > settings.stopped ? { ...stuffingBudget(settings, address, now), accounts } : undefined;
  };

  const permit = (spent: readonly Budget[] | (() => Promise<readonly Budget[]>), claims: readonly Claim[]): Permit => ({
    async spend() {
      const claimed = new Set(claims.map(({ budget }) => budget.key));
      const budgets = typeof spent === 'function' ? await spent() : spent;
      const open = budgets.filter(({ key }) => !claimed.has(key));
      if (open.length === 0) return;
      const now = clock();
      await database.write(async (tx) => {
        for (const budget of open) await count(tx, budget, now);
      });
    },
    async giveBack() {
      // A right password is what stuffing looks for: it doesn't make the next one faster.
      const returned = claims.filter(({ budget }) => !isStuffing(budget));
      if (returned.length === 0) return;
      await database.write(async (tx) => {
        for (const { budget, counted } of returned) await returnAttempt(tx, budget.key, counted);
      });
    },
  });

  return {
    async admit(attempted) {
      const now = clock();
      const { browserId, isKnown } = attempted;
      const scope = { ...attempted, now };
      const own = browserId === undefined ? undefined : deviceBudget(settings, scope, browserId);
      const others = addressBudgets(settings, scope);
      const stopped = await stuffing(attempted, now);
      const rows = await countersOf(
        database.read,
        [...others, ...(own ? [own] : []), ...(stopped ? [stopped] : [])].map(({ key }) => key),
      );
      const applying = async (): Promise<readonly Budget[]> => (own && (await isKnown()) ? [own] : others);
      const isFull = (budget: Budget): boolean => (rows.get(budget.key)?.soft ?? 0) >= budget.limit;
      if (!stopped && ![...others, ...(own ? [own] : [])].some(isFull)) return permit(applying, []);
      const budgets = await applying();
      const full = [...budgets.filter(isFull), ...(stopped && budgets === others ? [stopped] : [])];
      const end = windowEnd(settings, now);
      const lockedUntil = latest(full, rows);
      if (lockedUntil > now) return held(lockedUntil, end, now);
      try {
        return permit(budgets, await claim(full, attempted, now));
      } catch (error) {
        if (error instanceof Busy) return held(error.lockedUntil, end, now);
        throw error;
      }
    },
  };
}

/** Another attempt has taken the turn: nothing is counted. */
class Busy extends Rollback {
  readonly lockedUntil: number;
  constructor(lockedUntil: number) {
    super('Another attempt was first.');
    this.lockedUntil = lockedUntil;
  }
}

type StuffingBudget = Budget & { accounts: number };

const isStuffing = (budget: Budget): budget is StuffingBudget => 'accounts' in budget;

const latest = (budgets: readonly Budget[], rows: ReadonlyMap<string, CounterRow>): number =>
  Math.max(0, ...budgets.map(({ key }) => rows.get(key)?.locked_until ?? 0));

/** A window that is over ends every wait in it. */
const held = (lockedUntil: number, end: number, now: number): Held => ({
  retryAfter: Math.max(1, Math.ceil((Math.min(lockedUntil, end) - now) / 1000)),
});
