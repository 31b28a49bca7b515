import assert from 'node:assert/strict';
import { CLOCK_GUARD } from './ledger/rules.ts';
import type { Walk } from './walk.ts';

/** The clock of the machine is set, to the past or to the future. */
export async function setClock(walk: Walk, ms: number): Promise<void> {
  walk.place.clock.advance(ms);
  walk.place.time.set += ms;
  if (ms > 0) return;
  for (const { door } of ms < -CLOCK_GUARD ? walk.place.instances : []) {
    const reply = await door({ method: 'GET', path: '/session', cookies: {}, address: '192.0.2.9' });
    assert.equal(reply.status, 503, 'an instance goes on by a clock that was set back (R86)');
  }
  for (const instance of walk.place.instances) instance.restart();
}
