import assert from 'node:assert/strict';
import { CLOCK_GUARD, openFaults } from './ledger/rules.ts';
import type { Walk } from './walk.ts';

/** The clock of the machine is set, to the past or to the future. */
export async function setClock(walk: Walk, ms: number): Promise<void> {
  if (openFaults.has('clock') && ms < 0) return;
  walk.place.clock.advance(ms);
  if (CLOCK_GUARD === undefined || ms >= -CLOCK_GUARD) return;
  for (const door of walk.place.doors) {
    const reply = await door({ method: 'GET', path: '/session', cookies: {}, address: '192.0.2.9' });
    assert.equal(reply.status, 503, 'an instance goes on by a clock that was set back (R86)');
  }
  for (const instance of walk.place.instances) instance.restart();
}
