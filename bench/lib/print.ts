import { against, median, type Spread, type Standing } from './rounds.ts';

export interface Gate {
  theirs: string;
  /** The ratio `ours / theirs` that PERFORMANCE asks for. */
  atLeast: number;
}

/** Prints a row: every figure, then ours against each gate with the spread over the rounds. */
export function printRow(
  title: string,
  unit: string,
  standings: readonly Standing[],
  ours: string,
  gates: Gate[],
): void {
  console.log(`\n${title}`);
  for (const { name, median: figure } of [...standings].sort((a, b) => b.median - a.median)) {
    console.log(`  ${name.padEnd(44)} ${whole(figure).padStart(10)} ${unit}`);
  }
  for (const { name } of standings) {
    if (name === ours) continue;
    const gate = gates.find(({ theirs }) => theirs === name);
    const verdict = against(standings, ours, name);
    console.log(`  ours / ${name.padEnd(37)} ${spread(verdict)}${gate ? met(verdict.median, gate.atLeast) : ''}`);
  }
}

function met(ratio: number, atLeast: number): string {
  return `   gate ${atLeast.toFixed(2)}: ${ratio >= atLeast ? 'met' : 'MISSED'}`;
}

/** `1.52 (1.47 to 1.60)`: the median of the rounds' ratios, the least and the most. */
function spread({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

/** CPU seconds of one unit of work, a figure a round; the first one is of the warm-up. */
export type CpuFigures = Map<string, number[]>;

/** Prints what one unit of work costs the server itself: a busy machine disturbs this less than the clock on the wall. */
export function printCpu(title: string, cpu: CpuFigures, ours: string): void {
  console.log(`  ${title}`);
  const rounds = (name: string) => (cpu.get(name) ?? []).slice(1);
  for (const name of cpu.keys()) {
    const ratios = rounds(name).map((figure, round) => figure / (rounds(ours)[round] ?? Number.NaN));
    const verdict = { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
    const beside = name === ours ? '' : `   theirs / ours ${spread(verdict)}`;
    console.log(`    ${name.padEnd(42)} ${milliseconds(median(rounds(name)))}${beside}`);
  }
}

export function recordCpu(cpu: CpuFigures, name: string, seconds: number): void {
  cpu.set(name, [...(cpu.get(name) ?? []), seconds]);
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(3).padStart(10)} ms`;
}
