import assert from 'node:assert/strict';
import { CLOCK_GUARD } from './ledger/rules.ts';
import type { Walk } from './walk.ts';

const asking = { method: 'GET', path: '/session', cookies: {}, address: '192.0.2.9' } as const;

/** The clock of the machine is set, to the past or to the future. */
export async function setClock(walk: Walk, ms: number): Promise<void> {
  // A real instance looks at its clocks each second (`periodic.ts`), however long no request came.
  for (const { door } of walk.place.instances) await door({ ...asking });
  walk.place.clock.advance(ms);
  walk.place.time.set += ms;
  for (const { door } of walk.place.instances) {
    // An instance knows the time that it has seen last.
    const { status } = await door({ ...asking });
    if (ms < -CLOCK_GUARD) assert.equal(status, 503, 'an instance goes on by a clock that was set back (R86)');
  }
  if (ms < 0) for (const instance of walk.place.instances) instance.restart();
}
