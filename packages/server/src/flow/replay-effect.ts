import { notify } from '../notices/notify.ts';
import { devicesOnBrowser, killBrowser } from '../store/devices.ts';
import { type Effect, effect, type StepContext } from './step-definition.ts';

/** An older device token came round again: one of two holders stole it, so the series ends and its people are told (R40). */
export function replayEffect(browserId: string, { now, random }: Pick<StepContext, 'now' | 'random'>): Effect {
  return effect(async (tx) => {
    const people = await devicesOnBrowser(tx, browserId);
    await killBrowser(tx, browserId);
    for (const { account_id: accountId, organisation_id: organisationId, name } of people) {
      await notify(tx, {
        notice: 'device-replayed',
        organisationId,
        accountId,
        at: now,
        random,
        data: { device: name },
      });
    }
  });
}
