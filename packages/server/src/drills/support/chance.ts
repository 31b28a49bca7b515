import { setTimeout as wait } from 'node:timers/promises';

/** Pseudo-random numbers that are the same for the same seed, so that a drill can be repeated. */
export interface Chance {
  /** The seed of the run. */
  readonly seed: number;
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  /** A random element of a list. @throws RangeError if the list is empty */
  pick<T>(list: readonly T[]): T;
}

/** The seed is `TWEESTAP_DRILL_SEED`, or the given one, or by default the present time. Callers print it. */
export function chance(usual = Date.now() % 2 ** 31): Chance {
  const seed = Number(process.env.TWEESTAP_DRILL_SEED ?? usual);
  let state = seed >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    seed,
    below,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new RangeError('The list to pick from is empty.');
      return list[below(list.length)] as T;
    },
  };
}

/** Waits until a condition holds. @throws Error that names it, after a minute */
export async function until(name: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`This condition did not hold within a minute: ${name}.`);
    await wait(20);
  }
}
