import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKeyring, SealError } from '../crypto/keyring.ts';
import { openLink, openStoredLink, sealLink, sealStoredLink } from './leave-mail.ts';

/* Threat: a dump of the database contains links that give access to accounts, or a sealed link is moved to another row. */

const URL_OF_LINK = 'https://portal.example/account#mfa-reset=token';
const keyring = parseKeyring(`test:${Buffer.alloc(32, 4).toString('base64')}`);

test('R59 a link is sealed, and opens only in its own row', () => {
  const places = [
    { seal: sealLink, open: openLink },
    { seal: sealStoredLink, open: openStoredLink },
  ] as const;
  for (const { seal, open } of places) {
    const sealed = seal(keyring, 'row', URL_OF_LINK);
    assert.ok(!sealed.includes('token'));
    assert.equal(open(keyring, 'row', sealed), URL_OF_LINK);
    assert.throws(() => open(keyring, 'other', sealed), SealError);
  }
});

test('R59 a link of the outbox does not open in the table of links, nor the reverse', () => {
  assert.throws(() => openStoredLink(keyring, 'row', sealLink(keyring, 'row', URL_OF_LINK)), SealError);
  assert.throws(() => openLink(keyring, 'row', sealStoredLink(keyring, 'row', URL_OF_LINK)), SealError);
});
