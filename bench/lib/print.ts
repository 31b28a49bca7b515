import { against, type Spread, type Standing } from './rounds.ts';

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
  for (const { name, median } of [...standings].sort((a, b) => b.median - a.median)) {
    console.log(`  ${name.padEnd(44)} ${whole(median).padStart(10)} ${unit}`);
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
export function spread({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}
