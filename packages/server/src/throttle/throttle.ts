import { createHash } from 'node:crypto';
import { recordAudit } from '../audit/record.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import { budgetPrefix, type CountedAttempt, countAttempt, countersOf, returnAttempt } from '../store/counters.ts';
import { type Database, Rollback, type Tx } from '../store/database.ts';
import { countStopped } from '../store/requests/refusals.ts';
import type { CounterRow } from '../store/schema.ts';

/** The limits on failures of one address and of one device. Windows are fixed, not sliding. */
export interface ThrottleSettings {
  /** Failed passwords and requested mails of one address in a window, over all organisations. Default 300. */
  failures: number;
  /** Wrong codes of one address in a window, over all accounts. Default 300. */
  codes: number;
  /** Failures of one address, or of one known device, on one account in a window. Default 30. */
  perAccount: number;
  /** Accounts whose login may stop after a correct password at one address in an hour. Default 100. */
  stopped: number;
  /** The length of a window in ms. Default ten minutes. */
  window: number;
}

/** The limits that apply if none are configured. */
export const DEFAULT_THROTTLE: ThrottleSettings = {
  failures: 300,
  codes: 300,
  perAccount: 30,
  stopped: 100,
  window: 600_000,
};

/** The kind of an attempt. Passwords and codes never share a budget, so that wrong passwords block no codes. */
export type Spending = 'password' | 'code' | 'mail';

/** One counter of failures in a window. */
interface Budget {
  key: string;
  /** The number of failures after which each further attempt has to wait. */
  limit: number;
  /** Set for password stuffing, where correct passwords count too. */
  stuffing?: true;
}

interface Scope {
  spending: Spending;
  address: string;
  /** The account, or the typed name in its organisation. */
  subject: readonly string[];
  now: number;
}

/** The budget of a device that is known to the account. It replaces the budgets of the address (R44). */
function deviceBudget(settings: ThrottleSettings, scope: Omit<Scope, 'address'>, browserId: string): Budget {
  const { spending, subject, now } = scope;
  return { key: keyOf(settings, now, 'device', spending, browserId, ...subject), limit: settings.perAccount };
}

/**
 * The budgets of an unknown device: of its address on this account, and of its address over all accounts and
 * organisations. A budget per flow would stop no attacker, who can begin any number of flows. A budget per organisation
 * could be used up by a stranger for all its users.
 */
function addressBudgets(settings: ThrottleSettings, { spending, address, subject, now }: Scope): Budget[] {
  // Requested mails and failed passwords share a limit per address. Codes have a separate one, so that guesses at made-up
  // names never block codes.
  const ceiling = spending === 'code' ? 'codes' : 'failures';
  return [
    { key: keyOf(settings, now, 'account', spending, address, ...subject), limit: settings.perAccount },
    { key: keyOf(settings, now, 'ceiling', ceiling, address), limit: settings[ceiling] },
  ];
}

/** The budget that slows an address down, from the first attempt, if too many of its logins stop after a correct password. */
function stuffingBudget(settings: ThrottleSettings, address: string, now: number): Budget {
  return { key: keyOf(settings, now, 'stuffing', address), limit: 1, stuffing: true };
}

/** The end of the present window in ms since the epoch. Its counts have no effect after that. */
function windowEnd({ window }: ThrottleSettings, now: number): number {
  return now - (now % window) + window;
}

/** The key of a counter. Hashed, so that no typed name is stored: users sometimes type their password as the username. */
function keyOf({ window }: ThrottleSettings, now: number, ...parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('base64url');
  return `${budgetPrefix(now - (now % window))}.${hash}`;
}

/** An attempt that is not yet counted or verified. */
interface Attempted {
  spending: Spending;
  /** The client's address, IPv6 as its /64 (R45). */
  address: string;
  /** The account, or the typed name in its organisation. */
  subject: readonly string[];
  /** The browser that the device cookie claims, not yet verified. */
  browserId: string | undefined;
  /** Whether that browser is known to the account (D7). Called only if the result matters. */
  isKnown(): Promise<boolean>;
  correlationId: string;
}

/** The permission for one attempt. The caller uses exactly one of its two methods after the verdict. */
export interface Permit {
  /** Counts the attempt, because it failed or sent a mail. */
  spend(): Promise<void>;
  /** Returns what was counted before the verdict, because the attempt was no failed guess. */
  giveBack(): Promise<void>;
}

/** The result for an attempt that has to wait (R52). */
export interface Held {
  /** Seconds until the next attempt is allowed, at least 1. */
  retryAfter: number;
}

/** Slows down an address or a device with too many failures by refusing attempts. It neither delays answers nor locks accounts. */
export interface Throttle {
  /** Checks the budgets of an attempt before it is verified. */
  admit(attempted: Attempted): Promise<Permit | Held>;
}

const HOUR = 3_600_000;
/** ms after its password at which a login without a further step counts as stopped. */
const STOPPED_AFTER = 5 * 60_000;
/** The first wait is this fraction of a window, so that a window allows six doublings of it. */
const FIRST_WAITS = 64;

/** A budget that was counted before the verdict, and the result of the count. */
interface Claim {
  budget: Budget;
  counted: Extract<CountedAttempt, { counted: true }>;
}

interface Parts {
  database: Database;
  clock: Clock;
  random: Random;
  settings: ThrottleSettings;
}

/**
 * Creates a throttle whose counters are in the store, so that instances share them and a restart keeps them. Below its
 * limit, a budget is counted only after a failed attempt, so that many users behind one address can log in at the same
 * time. At its limit, each attempt is counted before it is verified: one at a time, with a wait that doubles each time.
 */
export function createThrottle(deps: Omit<Parts, 'settings'>, settings: ThrottleSettings): Throttle {
  const parts = { ...deps, settings };
  return { admit: (attempted) => admit(parts, attempted) };
}

async function admit(parts: Parts, attempted: Attempted): Promise<Permit | Held> {
  const { database, settings } = parts;
  const now = parts.clock();
  const scope = { ...attempted, now };
  const own = attempted.browserId === undefined ? [] : [deviceBudget(settings, scope, attempted.browserId)];
  const others = addressBudgets(settings, scope);
  const stuffing = (await isStuffed(parts, attempted, now)) ? [stuffingBudget(settings, attempted.address, now)] : [];
  const rows = await countersOf(
    database.read,
    [...own, ...others, ...stuffing].map(({ key }) => key),
  );
  const isFull = (budget: Budget): boolean => (rows.get(budget.key)?.soft ?? 0) >= budget.limit;
  const applying = async (): Promise<Budget[]> => (own.length > 0 && (await attempted.isKnown()) ? own : others);
  if (stuffing.length === 0 && ![...own, ...others].some(isFull)) return permitOf(parts, applying, []);
  const budgets = await applying();
  const full = [...budgets.filter(isFull), ...(budgets === others ? stuffing : [])];
  const until = latest(full, rows);
  if (until > now) return held(parts, until, now);
  try {
    return permitOf(parts, async () => budgets, await claim(parts, full, attempted, now));
  } catch (error) {
    if (error instanceof Busy) return held(parts, error.until, now);
    throw error;
  }
}

/** Whether so many logins stopped after a correct password that the passwords are probably stolen. */
async function isStuffed({ database, settings }: Parts, { spending, address }: Attempted, now: number) {
  if (spending !== 'password') return false;
  const between = { after: now - HOUR, until: now - STOPPED_AFTER };
  return (await countStopped(database.read, address, between, settings.stopped + 1)) > settings.stopped;
}

/** Counts an attempt in all of the budgets or in none, before it is verified. @throws Busy if one of them has to wait */
async function claim(parts: Parts, budgets: readonly Budget[], attempted: Attempted, now: number): Promise<Claim[]> {
  return await parts.database.write(async (tx) => {
    const claims: Claim[] = [];
    for (const budget of budgets) {
      const counted = await count(tx, parts, budget, now);
      if (!counted.counted) throw new Busy(counted.lockedUntil);
      if (budget.stuffing && counted.soft === 1) await recordStuffing(tx, parts, attempted, now);
      claims.push({ budget, counted });
    }
    return claims;
  });
}

function count(tx: Tx, { settings }: Parts, { key, limit }: Budget, now: number): Promise<CountedAttempt> {
  const first = Math.max(1000, Math.ceil(settings.window / FIRST_WAITS));
  const wait = { first, max: Math.max(first, settings.window) };
  return countAttempt(tx, { key, now, softLimit: limit, wait });
}

/** Records the audit event of password stuffing. Called once a window, at the first attempt that the counter counts. */
async function recordStuffing(tx: Tx, { random, settings }: Parts, attempted: Attempted, at: number): Promise<void> {
  const { address, correlationId } = attempted;
  const detail = { moreThan: settings.stopped };
  await recordAudit(tx, { at, event: 'password-stuffing', result: 'slowed', address, correlationId, detail }, random);
}

function permitOf(parts: Parts, applying: () => Promise<Budget[]>, claims: readonly Claim[]): Permit {
  return {
    async spend() {
      const claimed = new Set(claims.map(({ budget }) => budget.key));
      const open = (await applying()).filter(({ key }) => !claimed.has(key));
      if (open.length === 0) return;
      const now = parts.clock();
      await parts.database.write(async (tx) => {
        for (const budget of open) await count(tx, parts, budget, now);
      });
    },
    async giveBack() {
      // Password stuffing searches for correct passwords, so a correct one must not shorten the wait for the next.
      const returned = claims.filter(({ budget }) => !budget.stuffing);
      if (returned.length === 0) return;
      await parts.database.write(async (tx) => {
        for (const { budget, counted } of returned) await returnAttempt(tx, budget.key, counted);
      });
    },
  };
}

/** Rolls back the counts of an attempt that has to wait because another attempt was first. */
class Busy extends Rollback {
  readonly until: number;
  constructor(until: number) {
    super('Another attempt was first.');
    this.until = until;
  }
}

const latest = (budgets: readonly Budget[], rows: ReadonlyMap<string, CounterRow>): number =>
  Math.max(0, ...budgets.map(({ key }) => rows.get(key)?.locked_until ?? 0));

/** The refusal of an attempt until a time in ms, or until the end of the window if that is earlier. */
const held = ({ settings }: Parts, until: number, now: number): Held => ({
  retryAfter: Math.max(1, Math.ceil((Math.min(until, windowEnd(settings, now)) - now) / 1000)),
});
