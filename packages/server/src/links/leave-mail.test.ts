import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKeyring, SealError } from '../crypto/keyring.ts';
import { keepLink, keptLink, openLink, sealLink } from './leave-mail.ts';

/* Threat: a dump of the database holds links that open accounts, or a sealed link is moved to another row. */

const URL_OF_LINK = 'https://portal.example/account#mfa-reset=token';
const keyring = parseKeyring(`test:${Buffer.alloc(32, 4).toString('base64')}`);

test('R59 a link is sealed, and opens in its own row alone', () => {
  const places = [
    { seal: sealLink, open: openLink },
    { seal: keepLink, open: keptLink },
  ] as const;
  for (const { seal, open } of places) {
    const sealed = seal(keyring, 'row', URL_OF_LINK);
    assert.ok(!sealed.includes('token'));
    assert.equal(open(keyring, 'row', sealed), URL_OF_LINK);
    assert.throws(() => open(keyring, 'other', sealed), SealError);
  }
});

test('R59 a link of the outbox does not open as one of the links, nor the reverse', () => {
  assert.throws(() => keptLink(keyring, 'row', sealLink(keyring, 'row', URL_OF_LINK)), SealError);
  assert.throws(() => openLink(keyring, 'row', keepLink(keyring, 'row', URL_OF_LINK)), SealError);
});
