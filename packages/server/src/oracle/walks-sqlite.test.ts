import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqliteForTests, testsOn } from '../store/testing/databases.ts';
import { Instance } from './testing/instances/instance.ts';
import { knownSteps } from './testing/moves/answers.ts';
import { routeMoves } from './testing/routes/routes.ts';
import { wire } from './testing/walk.ts';
import { walkAll } from './testing/walks.ts';

testsOn(sqliteForTests)(
  'R1 R92 no sequence or interleaving of calls gives a session without the required proofs',
  walkAll,
);

test('R1 the walk covers every step of the protocol and every route of the server', async () => {
  assert.deepEqual([...knownSteps].sort(), [...wire.steps].sort());
  const fixture = await sqliteForTests.open();
  const { database, clock } = fixture;
  const instance = await Instance.start({ database, clock, monotonic: clock });
  try {
    const routes = instance.routes.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(Object.keys(routeMoves).sort(), routes.sort());
  } finally {
    instance.stop();
    await fixture.close();
  }
});
