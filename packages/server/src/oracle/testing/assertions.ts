import assert from 'node:assert/strict';
import { isSignedBy, readJws } from './ledger/jws.ts';
import type { Carrier, Tabs } from './place.ts';

/**
 * Verifies the signature of an assertion as the server of a portal does: by a key that is published now. If another request ran at
 * the same time, the keys may have been replaced since (R74).
 */
export async function verifyAssertion(
  walk: Carrier,
  browser: Tabs,
  { token, disturbed }: { token: string; disturbed: boolean },
): Promise<void> {
  const { reply, given } = await walk.send(browser, { method: 'GET', path: '/.well-known/jwks.json' });
  if (given.lost || reply.status !== 200) return;
  const { kid } = readJws(token).header;
  const key = reply.body.keys?.find((each) => each.kid === kid);
  if (!key && disturbed) return;
  assert.ok(key && isSignedBy(token, key), 'an assertion has no signature of a published key (R68)');
  walk.place.statistics.record('proven', 'the signature of an assertion');
}
