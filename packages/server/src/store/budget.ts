import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * ms. The time that one request may wait for all its statements together. With the time that hashing and the network
 * need, a database that is stopped or slow gives `503 busy` within two seconds (R49).
 */
const REQUEST_BUDGET = 1400;
/**
 * ms of each statement that are not counted: many fast statements on a busy machine are not a fault of the database.
 */
const UNCOUNTED = 50;

/** The rest of the budget of the running work. Statements that run in parallel are counted once. */
interface Budget {
  left: number;
  running: number;
  since: number;
}

const current = new AsyncLocalStorage<Budget>();

const run = <T>(left: number, work: () => T): T => current.run({ left, running: 0, since: 0 }, work);

/** Runs the work of one request. All its statements share one budget of 1.4 s. */
export const withRequestBudget = <T>(work: () => T): T => run(REQUEST_BUDGET, work);

/** Runs work without a budget, such as the migration of a large table. */
export const withoutLimit = <T>(work: () => T): T => run(Number.POSITIVE_INFINITY, work);

/** ms that the running work may still wait for the database, at least 1. Returns `otherwise` outside any budget. */
export function budgetLeft(otherwise: number): number {
  const budget = current.getStore();
  if (!budget) return otherwise;
  return Math.max(1, budget.left + UNCOUNTED - (budget.running > 0 ? performance.now() - budget.since : 0));
}

/** Runs one statement and counts its time against the budget. */
export async function onBudget<T>(statement: () => Promise<T>): Promise<T> {
  const budget = current.getStore();
  if (!budget) return await statement();
  budget.running += 1;
  if (budget.running === 1) budget.since = performance.now();
  try {
    return await statement();
  } finally {
    budget.running -= 1;
    if (budget.running === 0) budget.left -= Math.max(0, performance.now() - budget.since - UNCOUNTED);
  }
}
