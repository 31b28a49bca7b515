/*
 * Threat: a link to the real login that ends, after a real login, on the attacker's page (open redirect).
 */
import assert from 'node:assert/strict';
import { sqliteForTests } from '../store/testing/databases.ts';
import { first, totp, withServer } from './testing/server.ts';

withServer(
  'R70: a login returns to the listed origins only, compared as a browser parses them',
  async (world) => {
    const { server, browser, fixture } = world;
    const anna = await server.person('alpha', 'anna');
    const ends = async (returnTo: string) => {
      fixture.clock.advance(30_000);
      const body = { kind: 'login', inputs: [...first(anna), totp(anna)], returnTo };
      const reply = await browser.post('/flows', body);
      return reply.status === 201 ? reply.body.flow.step.returnTo : reply.body.code;
    };
    const good = ['https://alpha.example/home?a=1#b', 'https://alpha.example:8443/', 'http://localhost/x'];
    for (const url of good) assert.equal(await ends(url), url);
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
    for (const url of bad) assert.ok([undefined, 'not-allowed', 'malformed'].includes(await ends(url)), url);
  },
  { databases: [sqliteForTests] },
);

withServer(
  'R70: one organisation’s origins are not another’s',
  async ({ server, browser }) => {
    const bob = await server.person('beta', 'bob');
    const body = { kind: 'login', inputs: [...first(bob), totp(bob)], returnTo: 'https://alpha.example/' };
    const reply = await browser.post('/flows', body);
    assert.equal(reply.body.flow?.step.returnTo, undefined);
  },
  { databases: [sqliteForTests] },
);
