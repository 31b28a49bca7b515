/*
 * Threat: a proxy, a log and the server interpret a body differently, or a body changes a prototype.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStrictJson, StrictJsonError } from './body.ts';

const refused = (text: string, message: string): void =>
  assert.throws(
    () => parseStrictJson(text),
    (error) => error instanceof StrictJsonError && error.message === message,
  );

test('R76: JSON without duplicate keys is parsed as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      fc.pre(!text.includes('__proto__'));
      assert.deepEqual(parseStrictJson(text), JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test('R76: a duplicate key in an object is refused in any spelling', () => {
  refused('{"a":1,"a":2}', 'each key once');
  refused('{"a":1,"\\u0061":2}', 'each key once');
  refused('{"x":[{"b":"}","a":{},"b":0}]}', 'each key once');
  assert.deepEqual(parseStrictJson('{"a":{"a":["a","a"]},"b":"a"}'), { a: { a: ['a', 'a'] }, b: 'a' });
  assert.deepEqual(parseStrictJson('[{"a":1},{"a":2}]'), [{ a: 1 }, { a: 2 }]);
  assert.deepEqual(parseStrictJson('{"a":"\\",\\"a\\":1","b":[1,2]}'), { a: '","a":1', b: [1, 2] });
});

test('R76: __proto__ is refused at any depth and in any spelling', () => {
  refused('{"__proto__":{}}', 'no key __proto__');
  refused('{"a":[{"\\u005f_proto__":1}]}', 'no key __proto__');
  assert.deepEqual(parseStrictJson('{"a":"__proto__"}'), { a: '__proto__' });
});

test('R76: more than sixteen levels are refused', () => {
  assert.ok(parseStrictJson(`${'['.repeat(16)}${']'.repeat(16)}`));
  refused(`${'['.repeat(17)}${']'.repeat(17)}`, 'at most 16 levels');
  refused(`${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`, 'at most 16 levels');
});

test('R25: the refusal of invalid JSON does not quote it', () => {
  for (const text of ['', '{', '{"password":"hunter2"', 'hunter2', '\ufeff{}', "{'a':1}", '[1,]', 'NaN']) {
    refused(text, 'JSON');
  }
});
