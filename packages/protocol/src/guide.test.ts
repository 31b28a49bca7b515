import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { StepSchema } from './messages/flow.ts';
import { parseInput } from './messages/parse-input.ts';
import { steps } from './steps/index.ts';
import { problems } from './values/constants.ts';

const guide = join(import.meta.dirname, '../../../docs/guide');
const examplesOf = (page: string): Record<string, unknown>[] =>
  [...readFileSync(join(guide, page), 'utf8').matchAll(/```json[^\n]*\n(.*?)\n```/gs)].map(([, text = '']) =>
    JSON.parse(text),
  );

test('Every step has a page in the guide, and the schemas accept its examples', () => {
  const pages = readdirSync(guide);
  for (const type of Object.keys(steps)) {
    assert.ok(pages.includes(`${type}.md`), `docs/guide/${type}.md is missing`);
    const examples = examplesOf(`${type}.md`);
    const given = examples.filter((example) => example.type === type);
    assert.ok(given.length > 0, `docs/guide/${type}.md has no example of the step`);
    for (const step of given) assert.deepEqual(StepSchema.parse(step), step);
    for (const input of examples.filter((example) => 'step' in example)) {
      assert.deepEqual(parseInput(input), { ok: true, value: input });
    }
  }
});

test('The reference lists every problem with its status', () => {
  const rows = readFileSync(join(guide, '../reference/problems.md'), 'utf8').split('\n');
  for (const [code, { status }] of Object.entries(problems)) {
    assert.ok(
      rows.some((row) => row.includes(`\`${code}\``) && row.includes(`| ${status} |`)),
      code,
    );
  }
});
