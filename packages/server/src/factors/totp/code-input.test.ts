import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normaliseCode } from './code.ts';

test('R17 spaces and hyphens of every kind are removed', () => {
  const spellings = [
    '123456',
    '123 456',
    '123-456',
    ' 12 34 56 ',
    '123\u00a0456',
    '123\u202f456',
    '123\u2009456',
    '123\u2011456',
  ];
  for (const text of [...spellings, '1-2-3-4-5-6', '123\t456\n', '123\u2013456']) {
    assert.equal(normaliseCode(text, 6), '123456', JSON.stringify(text));
  }
  assert.equal(normaliseCode('000 000', 6), '000000');
});

test('R17 non-ASCII digits, other characters and letters are refused', () => {
  const foreign = [
    '١٢٣٤٥٦',
    '１２３４５６',
    '१२३४५६',
    '12345６',
    '+12345',
    '1e5000',
    '0x1234',
    '12.456',
    '12345a',
    '123_456',
  ];
  for (const text of [...foreign, '123456\u200b', '123456\u0000', '½23456', '1234\u0660\u0661']) {
    assert.equal(normaliseCode(text, 6), null, JSON.stringify(text));
  }
});

test('R17 a code has exactly the required number of digits', () => {
  for (const text of ['', ' ', '-', '12345', '1234567', '123456 123456']) assert.equal(normaliseCode(text, 6), null);
  assert.equal(normaliseCode('12345678', 8), '12345678');
  assert.equal(normaliseCode('123456', 8), null);
  assert.equal(normaliseCode(`${' '.repeat(100)}123456`, 6), null);
});

test('R17 a value that is not a string is not a code', () => {
  for (const value of [123456, null, undefined, true, ['123456'], { toString: () => '123456' }, Object('123456')]) {
    assert.equal(normaliseCode(value, 6), null);
  }
});

test('R17 any text is normalised to six ASCII digits, or refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const code = normaliseCode(text, 6);
      assert.ok(code === null || /^[0-9]{6}$/.test(code));
    }),
  );
});
