import type { Place } from '../instances/gate.ts';
import type { Walk } from '../walk.ts';

/** Holds the request of `outer` between its reads and its commit, and runs `inner` meanwhile. */
export async function meanwhile(
  walk: Walk,
  { place, nth }: { place: Place; nth: number },
  outer: () => Promise<unknown>,
  inner: () => Promise<unknown>,
): Promise<void> {
  const index = walk.instance();
  const held = walk.place.instances[index as 0 | 1].gate.hold(place, nth);
  walk.pinned = index;
  const running = outer();
  const isHeld = await Promise.race([held.reached.then(() => true), running.then(() => false)]);
  walk.pinned = undefined;
  try {
    if (isHeld) await inner();
  } finally {
    held.release();
    await running;
  }
  if (isHeld) walk.place.statistics.record('between', place);
}
