import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Requirement, requirementViolations, textViolations } from './check-requirements.ts';
import { numbersOf } from './lib/titles.ts';

const requirement = (id: string, built: boolean): Requirement => ({ id, title: `about ${id}`, built });

test('a title can begin with one number, with several numbers, or with a number and a name', () => {
  assert.deepEqual(numbersOf('R14: a code is accepted once'), ['R14']);
  assert.deepEqual(numbersOf('R14 R15: a code'), ['R14', 'R15']);
  assert.deepEqual(numbersOf('R18a, R41a: drift'), ['R18a', 'R41a']);
  assert.deepEqual(numbersOf('K5 new phone: the old password may be kept'), ['K5']);
  assert.deepEqual(numbersOf('K3 P5 the code lives one minute'), ['K3', 'P5']);
});

test('P1 and P2 are priorities after an R number, and numbers of requirements before it', () => {
  assert.deepEqual(numbersOf('R14 P1 a code is accepted once'), ['R14']);
  assert.deepEqual(numbersOf('P1 set-up is offered'), ['P1']);
  assert.deepEqual(numbersOf('R15 P5: one minute in all'), ['R15', 'P5']);
});

test('a number later in the title, or a word that only resembles a number, is ignored', () => {
  assert.deepEqual(numbersOf('the counter of R42 is shown'), []);
  assert.deepEqual(numbersOf('T+1 answers code-early'), []);
  assert.deepEqual(numbersOf('W3C context'), []);
});

test('refused: a built requirement without a test', () => {
  assert.deepEqual(requirementViolations([requirement('R1', true)], { 'a.test.ts': "test('something', () => {});" }), [
    'R1 (about R1) is marked as built, but no test title begins with it',
  ]);
});

test('refused: a test of a requirement that is not marked as built, and of an unknown requirement', () => {
  const source = "test('R1: x', () => {});\nit(`R99: ${'y'}`, () => {});";
  assert.deepEqual(requirementViolations([requirement('R1', false)], { 'a.test.ts': source }), [
    'a.test.ts:1 names R1, which is not marked as built',
    'a.test.ts:2 names R99, which docs/requirements.json does not list',
  ]);
});

test('accepted: a built requirement whose test is registered by test(), by it(), inside another test, or by another function', () => {
  const ids = ['R1', 'R2', 'R4', 'K5'];
  const list = [...ids.map((id) => requirement(id, true)), requirement('R3', false)];
  const sources = {
    'c.test.ts': "onBothStores('R4: w', async () => {}); assert.match('R3: no test', pattern);",
    'a.test.ts': "test('R1: x', (t) => t.test('R2: y', () => {}));",
    'b.spec.ts': "it('K5 new phone: z', () => {});",
  };
  assert.deepEqual(requirementViolations(list, sources), []);
});

test('refused: a duplicate number', () => {
  assert.deepEqual(requirementViolations([requirement('R1', false), requirement('R1', false)], {}), [
    'docs/requirements.json has a duplicate number',
  ]);
});

test('refused: a listed number without a text, a text without a listed number, a duplicate, a wrong anchor', () => {
  const markdown =
    '- <a id="r1"></a>**R1** x\n| <a id="d1"></a>D1 | y |\n- <a id="r2"></a>**R2** z\n- <a id="r2"></a>**R2** z\n';
  assert.deepEqual(textViolations([requirement('R1', true), requirement('R3', false)], markdown), [
    'docs/requirements.md has no text for R3',
    'docs/requirements.json does not list R2, which docs/requirements.md describes',
    'docs/requirements.json does not list R2, which docs/requirements.md describes',
    'docs/requirements.md has a duplicate text for R2',
  ]);
  assert.deepEqual(textViolations([requirement('R1', true)], '<a id="r2"></a>**R1** x'), [
    'docs/requirements.md has no text for R1',
    'docs/requirements.json does not list R1 (anchor r2), which docs/requirements.md describes',
  ]);
});
