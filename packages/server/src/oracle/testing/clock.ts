import assert from 'node:assert/strict';
import { CLOCK_GUARD } from './ledger/rules.ts';
import type { Walk } from './walk.ts';

/** The clock of the machine is set, to the past or to the future. */
export async function setClock(walk: Walk, ms: number): Promise<void> {
  walk.place.clock.advance(ms);
  walk.place.time.set += ms;
  for (const { door } of walk.place.instances) {
    // An instance knows the time that it has seen last.
    const { status } = await door({ method: 'GET', path: '/session', cookies: {}, address: '192.0.2.9' });
    if (ms < -CLOCK_GUARD) assert.equal(status, 503, 'an instance goes on by a clock that was set back (R86)');
  }
  if (ms < -CLOCK_GUARD) walk.ledger.counts.unsure = true;
  if (ms < 0) for (const instance of walk.place.instances) instance.restart();
}
