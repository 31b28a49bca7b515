/** One of those that are compared. `run` does one measurement and gives its figure. */
export interface Contender {
  name: string;
  run: () => number | Promise<number>;
}

export interface Standing {
  name: string;
  /** Median over the rounds, in the unit of the row. */
  median: number;
  /** Per round: this figure divided by the one of the base in the same round. */
  ratios: number[];
}

/**
 * Runs all contenders in turn (A B C A B C …), so that a noisy minute hits all alike; only the ratios of one round are
 * comparable. The first round warms up and is dropped.
 */
export async function interleave(contenders: readonly Contender[], rounds: number, base: string): Promise<Standing[]> {
  const figures = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, run } of contenders) {
      const figure = await run();
      if (round >= 0) figures.get(name)?.push(figure);
    }
  }
  const ofBase = figures.get(base) ?? [];
  return contenders.map(({ name }) => {
    const own = figures.get(name) ?? [];
    return { name, median: median(own), ratios: own.map((figure, round) => figure / (ofBase[round] ?? Number.NaN)) };
  });
}

/** The middle of the figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]];
  return (low + high) / 2;
}

/** The median of `ours / theirs`, taken round by round, with the least and the most. */
export function against(standings: readonly Standing[], ours: string, theirs: string): Spread {
  const own = standings.find(({ name }) => name === ours)?.ratios ?? [];
  const other = standings.find(({ name }) => name === theirs)?.ratios ?? [];
  const ratios = own.map((ratio, round) => ratio / (other[round] ?? Number.NaN));
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}

export interface Spread {
  median: number;
  least: number;
  most: number;
}
