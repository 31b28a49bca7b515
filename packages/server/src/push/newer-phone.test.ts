/* Threat: a phone that failed keeps its user from linking another one in the same flow. */
import assert from 'node:assert/strict';
import { World } from '../flow/testing/world.ts';
import { withDatabases } from '../store/testing/databases.ts';
import { confirm, openLink } from './testing/give-phone.ts';

withDatabases(
  'a phone replaces an earlier one of the same flow that was not confirmed, even if the clock was set back meanwhile',
  async ({ database, clock }) => {
    const world = new World(database, clock);
    await world.organisation({ policy: { methods: [{ method: 'push', note: 'Ask the help desk.' }] } });
    const browser = world.browser();
    await browser.accept(await world.user({ email: 'ada@mail.example', without: 'totp' }));
    const { flow } = await browser.submit({ step: 'enroll-method', method: 'push' });
    const failed = await openLink(world, (flow.step as unknown as { uri: string }).uri);
    for (let attempt = 1; attempt <= 5; attempt += 1) await assert.rejects(confirm(world, failed, '000000'));
    clock.advance(-30_000);
    const { uri, state } = (await browser.step()) as unknown as { uri: string; state: string };
    assert.equal(state, 'waiting');
    await confirm(world, await openLink(world, uri, 'Another phone'));
    const linked = (await browser.step()) as unknown as { state: string; device: string };
    assert.deepEqual([linked.state, linked.device], ['linked', 'Another phone']);
    assert.equal((await browser.submit({ step: 'enroll-push', action: 'poll' })).flow.step.type, 'recovery-codes');
    await assert.rejects(confirm(world, failed), /not waiting/);
  },
);
