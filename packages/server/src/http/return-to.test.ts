/*
 * Threat: a link to the real login page sends the user to the attacker's page after the login (open redirect).
 */
import assert from 'node:assert/strict';
import { sqliteForTests } from '../store/testing/databases.ts';
import type { TestUser } from '../testing/users.ts';
import { first, totp, type World, withServer } from './testing/server.ts';

/** Logs in with a `returnTo`. Returns the URL to go to, `stays` without one, or the code of the problem. */
async function endOf({ browser, fixture }: World, user: TestUser, returnTo: string): Promise<string> {
  // Each login needs a new code.
  fixture.clock.advance(30_000);
  const reply = await browser.post('/flows', { kind: 'login', inputs: [...first(user), totp(user)], returnTo });
  if (reply.status !== 201) return reply.body.code;
  const { status, step } = reply.body.flow;
  return status === 'done' ? (step.returnTo ?? 'stays') : `stuck at ${step.type}`;
}

withServer(
  'R70 a login returns only to the configured origins, compared as a browser parses them',
  async (world) => {
    const anna = await world.server.user('alpha', 'anna');
    const good = ['https://alpha.example/home?a=1#b', 'https://alpha.example:8443/', 'http://localhost/x'];
    for (const url of good) assert.equal(await endOf(world, anna, url), url);
    const bad = [
      'https://alpha.example.evil.example/',
      'https://alpha.example@evil.example/',
      'https://alpha.example:secret@alpha.example/',
      'https://evil.example/?https://alpha.example',
      'https://alpha.example\\@evil.example',
      'http://alpha.example/',
      'https://alpha.example:8444/',
      'https://sub.alpha.example/',
      '//evil.example',
      'javascript:alert(1)//https://alpha.example',
      'data:text/html,x',
      'blob:https://alpha.example/1',
      'https:evil.example',
      'https://alpha.example%2eevil.example',
      'https://аlpha.example/',
      'not an address',
    ];
    for (const url of bad) {
      const end = await endOf(world, anna, url);
      assert.ok(['stays', 'not-allowed', 'malformed'].includes(end), `${url}: ${end}`);
    }
  },
  { databases: [sqliteForTests] },
);

withServer(
  'R70 a login does not return to an origin of another organisation',
  async (world) => {
    const bob = await world.server.user('beta', 'bob');
    assert.equal(await endOf(world, bob, 'https://alpha.example/'), 'stays');
  },
  { databases: [sqliteForTests] },
);
