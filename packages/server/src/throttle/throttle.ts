import { createHash } from 'node:crypto';
import { recordAudit } from '../audit/record.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import { budgetPrefix, type CountedAttempt, countAttempt, countersOf, returnAttempt } from '../store/counters.ts';
import { type Database, Rollback, type Tx } from '../store/database.ts';
import { countStopped } from '../store/requests/refusals.ts';
import type { CounterRow } from '../store/schema.ts';

/** What one address, and one device, may get wrong. Windows are fixed, not sliding. */
export interface ThrottleSettings {
  /** Failed passwords and asked mails of one address in a window, over all organisations. */
  failures: number;
  /** Wrong codes of one address in a window, over all accounts. */
  codes: number;
  /** Failures of one address, or of one known device, on one account in a window. */
  perAccount: number;
  /** Accounts whose login may stop after a right password at one address in an hour. */
  stopped: number;
  /** ms. */
  window: number;
}

/** Used where nothing else is configured. */
export const DEFAULT_THROTTLE: ThrottleSettings = {
  failures: 300,
  codes: 300,
  perAccount: 30,
  stopped: 100,
  window: 600_000,
};

/** What an attempt may use up: the kinds never share a budget, so that wrong passwords stop no code. */
export type Spending = 'password' | 'code' | 'mail';

/** One counter of failures in a window. */
interface Budget {
  key: string;
  /** Failures after which each further attempt has to wait. */
  limit: number;
  /** Set for password stuffing: right passwords count as well. */
  stuffing?: true;
}

interface Scope {
  spending: Spending;
  address: string;
  /** The account, or the typed name in its organisation. */
  subject: readonly string[];
  now: number;
}

/** The budget of a device that is known for the account: it alone applies there, whatever its address is (R44). */
function deviceBudget(settings: ThrottleSettings, scope: Omit<Scope, 'address'>, browserId: string): Budget {
  const { spending, subject, now } = scope;
  return { key: keyOf(settings, now, 'device', spending, browserId, ...subject), limit: settings.perAccount };
}

/**
 * The budgets of everybody else: of the address on this account, and of the address over all accounts and organisations.
 * There is none for a flow or an organisation alone: a stranger begins as many flows as are wanted, and would use up an
 * organisation's for everybody.
 */
function addressBudgets(settings: ThrottleSettings, { spending, address, subject, now }: Scope): Budget[] {
  // Asked mails and failed passwords share a ceiling; made-up names never reach that of codes.
  const ceiling = spending === 'code' ? 'codes' : 'failures';
  return [
    { key: keyOf(settings, now, 'account', spending, address, ...subject), limit: settings.perAccount },
    { key: keyOf(settings, now, 'ceiling', ceiling, address), limit: settings[ceiling] },
  ];
}

/** Slows an address down at which too many logins stop after a right password: from the first attempt on. */
function stuffingBudget(settings: ThrottleSettings, address: string, now: number): Budget {
  return { key: keyOf(settings, now, 'stuffing', address), limit: 1, stuffing: true };
}

/** End of the present window: what was counted in it says nothing after that. */
function windowEnd({ window }: ThrottleSettings, now: number): number {
  return now - (now % window) + window;
}

/** Hashed, so that no typed name is stored: what users type into a username field is at times a password. */
function keyOf({ window }: ThrottleSettings, now: number, ...parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('base64url');
  return `${budgetPrefix(now - (now % window))}.${hash}`;
}

/** An attempt before anything of it is counted or verified. */
interface Attempted {
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

/** Leave for one attempt. One of the two is called once the verdict is known. */
export interface Permit {
  /** The attempt failed, or the mail is sent: it is counted. */
  spend(): Promise<void>;
  /** Nothing was guessed: what was counted before the verdict is returned. */
  giveBack(): Promise<void>;
}

/** The attempt has to wait (R52). */
export interface Held {
  /** Seconds. */
  retryAfter: number;
}

/** Slows down an address or a device that fails too often, by refusing: nothing is held open, and nothing is locked. */
export interface Throttle {
  admit(attempted: Attempted): Promise<Permit | Held>;
}

const HOUR = 3_600_000;
/** ms that a login may stand still after its password before it counts as one that stopped. */
const STOPPED_AFTER = 5 * 60_000;
/** A window holds six doublings of the first wait. */
const FIRST_WAITS = 64;

/** A budget that was counted before the verdict, and what the counter said. */
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
 * The counters are in the store: instances share them, and a restart keeps them. Below its limit a budget costs one query,
 * and is counted only when an attempt has failed, so that many users behind one address may log in at the same moment. At
 * its limit an attempt has to be counted before it is looked at: one at a time, each after twice the wait of the one before.
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

/** Whether so many logins stopped after a right password that the passwords must be stolen ones. */
async function isStuffed({ database, settings }: Parts, { spending, address }: Attempted, now: number) {
  if (spending !== 'password') return false;
  const between = { after: now - HOUR, until: now - STOPPED_AFTER };
  return (await countStopped(database.read, address, between, settings.stopped + 1)) > settings.stopped;
}

/** Counts before anything is verified: all of the budgets or none. @throws Busy */
async function claim(parts: Parts, budgets: readonly Budget[], attempted: Attempted, now: number): Promise<Claim[]> {
  return await parts.database.write(async (tx) => {
    const claims: Claim[] = [];
    for (const budget of budgets) {
      const counted = await count(tx, parts, budget, now);
      if (!counted.counted) throw new Busy(counted.lockedUntil);
      if (budget.stuffing && counted.soft === 1) await noteStuffing(tx, parts, attempted, now);
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

/** Once a window: the counter's first attempt. */
async function noteStuffing(tx: Tx, { random, settings }: Parts, attempted: Attempted, at: number): Promise<void> {
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
      // A right password is what stuffing looks for: it must not make the next one faster.
      const returned = claims.filter(({ budget }) => !budget.stuffing);
      if (returned.length === 0) return;
      await parts.database.write(async (tx) => {
        for (const { budget, counted } of returned) await returnAttempt(tx, budget.key, counted);
      });
    },
  };
}

/** Another attempt has taken the turn: nothing is counted. */
class Busy extends Rollback {
  readonly until: number;
  constructor(until: number) {
    super('Another attempt was first.');
    this.until = until;
  }
}

const latest = (budgets: readonly Budget[], rows: ReadonlyMap<string, CounterRow>): number =>
  Math.max(0, ...budgets.map(({ key }) => rows.get(key)?.locked_until ?? 0));

/** The end of a window ends every wait in it. */
const held = ({ settings }: Parts, until: number, now: number): Held => ({
  retryAfter: Math.max(1, Math.ceil((Math.min(until, windowEnd(settings, now)) - now) / 1000)),
});
