/** One of the candidates to compare. `run` takes one measurement and returns its result. */
export interface Candidate {
  name: string;
  run: () => number | Promise<number>;
}

/** The results of one candidate. */
export interface Result {
  name: string;
  /** The median over the rounds, in the unit of the row. */
  median: number;
  /** For each round: the result divided by the result of the base in the same round. */
  ratios: number[];
}

/**
 * Runs all candidates in turn (A B C A B C …), so that other load on the machine affects all of them equally. Only ratios
 * within one round are comparable. The first round is a warm-up and is discarded.
 */
export async function interleave(candidates: readonly Candidate[], rounds: number, base: string): Promise<Result[]> {
  const values = new Map(candidates.map(({ name }) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, run } of candidates) {
      const value = await run();
      if (round >= 0) values.get(name)?.push(value);
    }
  }
  const ofBase = values.get(base) ?? [];
  return candidates.map(({ name }) => {
    const own = values.get(name) ?? [];
    return { name, median: median(own), ratios: own.map((value, round) => value / (ofBase[round] ?? Number.NaN)) };
  });
}

/** Returns the median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]];
  return (low + high) / 2;
}

/** Returns the median, minimum and maximum of `ours / theirs` over the rounds. */
export function against(results: readonly Result[], ours: string, theirs: string): Spread {
  const own = results.find(({ name }) => name === ours)?.ratios ?? [];
  const other = results.find(({ name }) => name === theirs)?.ratios ?? [];
  const ratios = own.map((ratio, round) => ratio / (other[round] ?? Number.NaN));
  return { median: median(ratios), minimum: Math.min(...ratios), maximum: Math.max(...ratios) };
}

/** The distribution of a ratio over the rounds. */
export interface Spread {
  median: number;
  minimum: number;
  maximum: number;
}
