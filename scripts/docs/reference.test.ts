import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { declarationsOf } from './declarations.ts';
import { described, table } from './markdown.ts';
import { optionRow } from './options.ts';
import { schemaRows } from './policy.ts';
import { outdated } from './reference.ts';

test('a page that differs, is missing or is written by no code is reported by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-reference-'));
  try {
    for (const name of ['same.md', 'other.md', 'stray.md']) writeFileSync(join(folder, name), 'text');
    const lines = outdated(folder, { 'same.md': 'text', 'other.md': 'changed', 'missing.md': 'text' });
    assert.deepEqual(
      lines.map((line) => /reference\/(\w+\.md) (differs|is no page)/.exec(line)?.slice(1).join(' ')),
      ['other.md differs', 'missing.md differs', 'stray.md is no page'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a default is split off its description, with or without a colon and with points in it', () => {
  assert.deepEqual(described('The path. Default `/mfa/v1`.'), { fallback: '`/mfa/v1`', about: 'The path.' });
  assert.deepEqual(described('Default: 127.0.0.1. The host.'), { fallback: '127.0.0.1', about: 'The host.' });
  assert.deepEqual(described('The default level.'), { fallback: '', about: 'The default level.' });
});

test('a table escapes the bars of its cells and leaves out columns that are empty in all rows', () => {
  assert.equal(table(['a', 'b', 'c'], [['1 | 2', '', 'x']]), '| a | c |\n| --- | --- |\n| 1 \\| 2 | x |');
});

test('the members of an interface, a union and an object have the sentences of their JSDoc', () => {
  const about = (members: readonly { name: string; about: string }[] | undefined, name: string) =>
    members?.find((member) => member.name === name)?.about;
  const options = declarationsOf('packages/server/src/options.ts').interfaces.get('ThrottleOptions');
  assert.match(about(options?.members, 'windowSeconds') ?? '', /^The length of a window in seconds\./);
  const client = declarationsOf('packages/client/src/problem.ts').unions;
  assert.match(about(client.get('ClientCode'), 'timeout') ?? '', /^No response arrived in time\.$/);
  const codes = declarationsOf('packages/protocol/src/values/constants.ts').objects.get('problems');
  assert.match(about(codes, 'busy') ?? '', /^The server is busy/);
});

test('a field of a schema without a description is an error that names the field', () => {
  const schema = { properties: { a: { description: 'A.', properties: { b: { type: 'string' } } } } };
  assert.throws(() => schemaRows(schema), /^Error: a\.b needs a description/);
});

test('an option without a sentence, without a default, or of an unknown type is an error that names it', () => {
  const option = { name: 'x', type: 'string', isOptional: true, about: 'The path. Default: none.' };
  assert.deepEqual(optionRow(option, 'A'), ['`x`', '`string`', 'none', 'The path.']);
  assert.throws(() => optionRow({ ...option, about: 'Default: none.' }, 'A'), /^Error: A\.x needs a JSDoc sentence/);
  assert.throws(() => optionRow({ ...option, about: 'The path.' }, 'A'), /A\.x needs a sentence 'Default: …'/);
  assert.throws(() => optionRow({ ...option, type: 'Map | Odd' }, 'A'), /^Error: A\.x has the type Map/);
});
