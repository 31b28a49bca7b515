import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LinkRequest, requestKey } from './request-key.ts';

/* Threat: two different requests share a link, or the table of links shows who asked for one. */

const asked: LinkRequest = { purpose: 'reset', organisationId: 'clinic', name: 'ada', email: 'ada@mail.example' };

test('the same request has the same key, and no part of it shows in the key', () => {
  assert.equal(requestKey({ ...asked }), requestKey(asked));
  assert.match(requestKey(asked), /^[\w-]{43}$/);
});

test('a request with another purpose, organisation, name or address has another key', () => {
  const others: LinkRequest[] = [
    { ...asked, purpose: 'register' },
    { ...asked, organisationId: 'school' },
    { ...asked, name: 'bob' },
    { ...asked, email: 'bob@mail.example' },
    { ...asked, email: undefined },
    // The border between two parts moves, and the joined text stays the same.
    { ...asked, organisationId: 'clinica', name: 'da' },
  ];
  const keys = new Set([asked, ...others].map(requestKey));
  assert.equal(keys.size, others.length + 1);
});
