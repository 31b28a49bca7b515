import { setTimeout as wait } from 'node:timers/promises';

/** Dice that fall the same way for the same seed, so that a drill can be repeated. */
export interface Chance {
  readonly seed: number;
  /** From 0 up to, and without, `below`; a whole number. */
  below(below: number): number;
  pick<T>(list: readonly T[]): T;
}

/** `TWEESTAP_DRILL_SEED` repeats a run; else the seed is the one given, or one of this very run, which is to be printed. */
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
      if (list.length === 0) throw new RangeError('There is nothing to pick from.');
      return list[below(list.length)] as T;
    },
  };
}

/** Waits until a condition holds. @throws Error that names it, after a minute */
export async function until(name: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Not within a minute: ${name}.`);
    await wait(20);
  }
}
