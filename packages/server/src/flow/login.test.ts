import assert from 'node:assert/strict';
import { withDatabases } from '../store/testing/databases.ts';
import { World } from './testing/world.ts';

withDatabases(
  'a login with organisation, username, password and code creates a session',
  async ({ database, clock }) => {
    const world = new World(database, clock);
    await world.organisation();
    const ada = await world.user();
    const browser = world.browser();
    const types: string[] = [(await browser.start('login')).flow.step.type];
    types.push((await browser.submit({ step: 'organisation', organisation: 'clinic' })).flow.step.type);
    types.push((await browser.submit({ step: 'username', username: 'Ada' })).flow.step.type);
    types.push((await browser.submit({ step: 'password', password: ada.password })).flow.step.type);
    const end = await browser.code(world.code(ada));
    types.push(end.flow.step.type);
    assert.deepEqual(types, ['organisation', 'username', 'password', 'totp', 'done']);
    assert.equal(end.flow.status, 'done');
    assert.equal(end.refusal, undefined);
    const session = await browser.sessionRow();
    assert.equal(session?.account_id, ada.id);
    assert.equal(session?.acr, 'aal2');
  },
);
