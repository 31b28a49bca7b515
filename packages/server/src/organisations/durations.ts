import type { durations } from '@tweestap/protocol';

/** How long a device may be remembered (R37). */
export type RememberChoice = (typeof durations)[number];

const HOUR_MS = 3_600_000;
const DURATIONS: Readonly<Record<RememberChoice, number>> = {
  never: 0,
  '12h': 12 * HOUR_MS,
  '1d': 24 * HOUR_MS,
  '3d': 72 * HOUR_MS,
  '1w': 168 * HOUR_MS,
};

/** A choice in milliseconds; `never` is 0. */
export function durationMs(choice: RememberChoice): number {
  return DURATIONS[choice];
}
