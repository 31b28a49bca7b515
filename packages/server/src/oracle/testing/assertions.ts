import assert from 'node:assert/strict';
import { isSignedBy, readJws } from './ledger/jws.ts';
import type { Carrier, Tabs } from './place.ts';

/** Verifies the signature of an assertion as the server of a portal does: by a key that is published now. */
export async function verifyAssertion(walk: Carrier, browser: Tabs, token: string): Promise<void> {
  const { reply, given } = await walk.send(browser, { method: 'GET', path: '/.well-known/jwks.json' });
  if (given.lost || reply.status !== 200) return;
  const { kid } = readJws(token).header;
  const key = reply.body.keys?.find((each) => each.kid === kid);
  assert.ok(key && isSignedBy(token, key), 'an assertion has no signature of a published key (R68)');
  walk.place.statistics.record('proven', 'the signature of an assertion');
}
