import { against, median, type Result, type Spread } from './rounds.ts';

/** A target for a ratio. */
export interface Gate {
  theirs: string;
  /** The minimum ratio `ours / theirs`. */
  atLeast: number;
}

/** Prints the results of a row, and our result divided by each of the others with the distribution over the rounds. */
export function printRow(title: string, unit: string, results: readonly Result[], ours: string, gates: Gate[]): void {
  console.log(`\n${title}`);
  for (const { name, median: value } of [...results].sort((a, b) => b.median - a.median)) {
    console.log(`  ${name.padEnd(44)} ${whole(value).padStart(10)} ${unit}`);
  }
  for (const { name } of results) {
    if (name === ours) continue;
    const gate = gates.find(({ theirs }) => theirs === name);
    const verdict = against(results, ours, name);
    console.log(`  ours / ${name.padEnd(37)} ${spread(verdict)}${gate ? met(verdict.median, gate.atLeast) : ''}`);
  }
}

/** Prints one result divided by another, with the distribution over the rounds. */
export function printRatio(results: readonly Result[], mine: string, theirs: string): void {
  console.log(`  ${`${mine} / ${theirs}`.padEnd(44)} ${spread(against(results, mine, theirs))}`);
}

function met(ratio: number, atLeast: number): string {
  return `   gate ${atLeast.toFixed(2)}: ${ratio >= atLeast ? 'met' : 'MISSED'}`;
}

/** Returns the median, minimum and maximum of a ratio, such as `1.52 (1.47 to 1.60)`. */
function spread({ median, minimum, maximum }: Spread): string {
  return `${median.toFixed(2)} (${minimum.toFixed(2)} to ${maximum.toFixed(2)})`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

/** The CPU time of one unit of work in seconds, for each round. The first value is from the warm-up. */
export type CpuFigures = Map<string, number[]>;

/** Prints the CPU time of one unit of work in the server. Other load on the machine affects it less than the elapsed time. */
export function printCpu(title: string, cpu: CpuFigures, ours: string): void {
  console.log(`  ${title}`);
  const rounds = (name: string) => (cpu.get(name) ?? []).slice(1);
  for (const name of cpu.keys()) {
    const ratios = rounds(name).map((value, round) => value / (rounds(ours)[round] ?? Number.NaN));
    const verdict = { median: median(ratios), minimum: Math.min(...ratios), maximum: Math.max(...ratios) };
    const comparison = name === ours ? '' : `   theirs / ours ${spread(verdict)}`;
    console.log(`    ${name.padEnd(42)} ${milliseconds(median(rounds(name)))}${comparison}`);
  }
}

export function recordCpu(cpu: CpuFigures, name: string, seconds: number): void {
  cpu.set(name, [...(cpu.get(name) ?? []), seconds]);
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(3).padStart(10)} ms`;
}
