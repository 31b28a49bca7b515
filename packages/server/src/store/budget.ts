import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * ms that one request may wait for statements, in all. With what hashing and the network need beside it, a database that
 * stands still or answers slowly is `503 busy` within two seconds (R49).
 */
const REQUEST_BUDGET = 1400;
/** ms of each statement that are not counted: many prompt ones on a machine that is busy are no fault of the database. */
const PROMPT = 50;

/** What is left for the running work. Statements that run side by side are counted once. */
interface Budget {
  left: number;
  running: number;
  since: number;
}

const current = new AsyncLocalStorage<Budget>();

const run = <T>(left: number, work: () => T): T => current.run({ left, running: 0, since: 0 }, work);

/** Runs the work of one request, whose statements share one budget. */
export const withRequestBudget = <T>(work: () => T): T => run(REQUEST_BUDGET, work);

/** Runs work that may wait for as long as it takes, such as a migration of a large table. */
export const withoutLimit = <T>(work: () => T): T => run(Number.POSITIVE_INFINITY, work);

/** ms that the running work may still wait for the database; `otherwise` where nothing set a budget. */
export function budgetLeft(otherwise: number): number {
  const budget = current.getStore();
  if (!budget) return otherwise;
  return Math.max(1, budget.left + PROMPT - (budget.running > 0 ? performance.now() - budget.since : 0));
}

/** Counts the time of one statement against the budget. */
export async function onBudget<T>(statement: () => Promise<T>): Promise<T> {
  const budget = current.getStore();
  if (!budget) return await statement();
  budget.running += 1;
  if (budget.running === 1) budget.since = performance.now();
  try {
    return await statement();
  } finally {
    budget.running -= 1;
    if (budget.running === 0) budget.left -= Math.max(0, performance.now() - budget.since - PROMPT);
  }
}
