import assert from 'node:assert/strict';
import { CLOCK_GUARD } from '../ledger/rules.ts';
import type { Walk } from '../walk.ts';

const request = { method: 'GET', path: '/session', cookies: {}, address: '192.0.2.9' } as const;

/** Sets the clock of both instances by so many ms, to the past or to the future. */
export async function setClock(walk: Walk, ms: number): Promise<void> {
  // A real instance compares its clocks each second (`periodic.ts`), even without requests.
  for (const { door } of walk.place.instances) await door({ ...request });
  walk.place.clock.advance(ms);
  walk.place.time.set += ms;
  for (const { door } of walk.place.instances) {
    // The instance compares the new time with the last one that it has seen.
    const { status } = await door({ ...request });
    if (ms < -CLOCK_GUARD) assert.equal(status, 503, 'an instance continued after its clock was set back (R86)');
  }
  if (ms < 0) for (const instance of walk.place.instances) instance.restart();
}
