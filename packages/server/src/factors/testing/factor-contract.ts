import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acrValues, amrValues, setUpMethods } from '@tweestap/protocol/constants';
import { createAccountEvents } from '../../account/account-events.ts';
import { parseKeyring } from '../../crypto/keyring.ts';
import { assuranceOf } from '../../flow/conclude.ts';
import {
  type Codec,
  createRegistry,
  type Factor,
  hasActive,
  NOTHING,
  openData,
  sealData,
} from '../../flow/rules/factor.ts';
import type { StepList } from '../../flow/rules/step-definition.ts';
import { definitionOf } from '../../flow/show.ts';
import { parseOrganisation } from '../../organisations/schema.ts';
import type { AccountEventRow } from '../../store/audit.ts';
import type { FactorRow } from '../../store/schema.ts';
import { aFactor } from '../../store/testing/rows.ts';
import { factorFlowContract } from './factor-flow-contract.ts';
import type { FactorContract, FactorParts } from './factor-sample.ts';

/** RFC 8176 §2, all values. */
const RFC_8176 = [
  ...['face', 'fpt', 'geo', 'hwk', 'iris', 'kba', 'mca', 'mfa', 'otp', 'pin', 'pop', 'pwd', 'rba', 'retina', 'sc'],
  ...['sms', 'swk', 'tel', 'user', 'vbm', 'wia'],
];
/** What the engine adds: the password, and that there were two factors. */
const OF_THE_ENGINE = ['pwd', 'mfa'];
/** Names of locks that belong to no factor. */
const OTHER_LOCKS = ['password', 'new-password'];

const keyring = parseKeyring(`contract:${Buffer.alloc(32, 3).toString('base64')}`);
const { policy } = parseOrganisation({ id: 'clinic', name: 'Clinic' });

/** What the engine, the settings, the audit and the help desk rely on of every factor of a list. */
export function factorContract(factor: Factor, contract: FactorContract): void {
  const { sample } = contract;
  const title = (text: string): string => `the factor ${factor.method}: ${text}`;
  test(title('it has a sample'), () => {
    assert.ok(sample, `${factor.method} has no sample: add factors/testing/samples/${factor.method}.ts`);
  });
  if (!sample) return;
  const parts = { ...contract, factor, sample };
  test(title('its steps and its lock are in the lists and belong to it alone'), () => places(parts));
  test(title('its role decides what else it has'), () => roles(parts));
  test(title('its sealed data opens by its own method, row and schema alone'), () => sealing(parts));
  test(title('what the settings show of it holds no secret'), () => description(parts));
  test(title('it adds values of RFC 8176, and reaches a level for each proof'), () => assurance(parts));
  test(title('the account and the policy decide whether it is usable'), () => usability(parts));
  test(title('its attempts are counted by account, up to the cap of the policy'), () => locking(parts));
  test(title('the settings show wrong proofs and enrolments of it'), () => events(parts));
  factorFlowContract(title, parts);
}

function places({ factor, lists: { factors, steps } }: FactorParts): void {
  const registry = createRegistry(factors);
  assert.equal(registry.factor(factor.method), factor);
  for (const step of [factor.proveStep, ...factor.enrollSteps]) {
    assert.equal(registry.methodOf(step), factor.method);
    const { verify, audited, needs, prepare } = definitionOf({ steps: steps as StepList }, step);
    assert.ok(verify, `${step} verifies nothing`);
    assert.equal(audited, step, `the audit names ${step}`);
    assert.equal(needs === undefined, prepare === undefined, `${step}: what it needs is what it prepares`);
  }
  const { counted } = definitionOf({ steps: steps as StepList }, factor.proveStep);
  assert.ok(counted, `${factor.proveStep} counts no attempts`);
  const others = factors.filter((each) => each !== factor);
  assert.ok(!others.some(({ lock }) => lock.by === factor.lock.by), `the lock ${factor.lock.by} is another factor's`);
  assert.ok(!OTHER_LOCKS.includes(factor.lock.by), `the lock ${factor.lock.by} is another one's`);
}

function roles({ factor, setUpMethods: own = setUpMethods }: FactorParts): void {
  const { role, method, data, defaultName, enrollSteps, stands, describe } = factor;
  if (role === 'factor') {
    assert.ok(data, 'a factor has the schema of its rows');
    assert.ok(defaultName, 'a factor has a default name');
    assert.ok(enrollSteps.length > 0, 'a factor is enrolled');
  } else {
    assert.ok(stands, 'a backup says whether its proof still stands');
    assert.deepEqual([data, defaultName, describe, enrollSteps], [undefined, undefined, undefined, []]);
  }
  assert.equal((own as readonly string[]).includes(method), role === 'factor', 'users set up factors, and no backups');
  if (enrollSteps.length > 1) assert.ok(factor.isComplete, 'of several steps, each says when it is complete');
}

function sealing({ factor, sample, lists }: FactorParts): void {
  const { method, data } = factor;
  const owner = { id: 'row', account_id: 'ada', organisation_id: 'clinic' };
  if (!data) {
    assert.throws(() => sealData(factor, owner, {}, keyring), /holds no data/);
    return;
  }
  const codec: Codec<unknown> = { method, data };
  const sealed = sealData(factor, owner, sample.data, keyring);
  const row: FactorRow = aFactor({ ...owner, method, data: sealed });
  assert.deepEqual(openData(codec, row, keyring), sample.data);
  for (const secret of sample.secrets) assert.ok(!sealed.includes(secret), 'the stored text shows a secret');
  const moved: Partial<FactorRow>[] = [{ id: 'other' }, { account_id: 'bob' }, { organisation_id: 'school' }];
  for (const change of [...moved, { data: null }]) {
    assert.throws(() => openData(codec, { ...row, ...change }, keyring), JSON.stringify(change));
  }
  for (const other of [...lists.factors.map((each) => each.method), 'other' as typeof method]) {
    if (other === method) continue;
    assert.throws(() => openData(codec, { ...row, method: other }, keyring), `a row of ${other} was opened`);
    assert.throws(() => openData({ ...codec, method: other }, row, keyring), `opened by ${other}`);
    // Moved as a whole: only the seal tells that the row was of another method.
    assert.throws(
      () => openData({ ...codec, method: other }, { ...row, method: other }, keyring),
      /./,
      `seal ${other}`,
    );
  }
  for (const bad of [{}, null, 'text', { ...(sample.data as object), more: 1 }]) {
    assert.throws(() => sealData(factor, owner, bad, keyring), `sealed ${JSON.stringify(bad)}`);
  }
}

function description({ factor, sample }: FactorParts): void {
  const owner = { id: 'row', account_id: 'ada', organisation_id: 'clinic' };
  const data = factor.data ? sealData(factor, owner, sample.data, keyring) : null;
  const row = aFactor({ ...owner, method: factor.method, data });
  const shown = factor.describe?.(row) ?? {};
  assert.deepEqual(
    Object.keys(shown).filter((key) => key !== 'to'),
    [],
  );
  if (shown.to !== undefined) assert.equal(typeof shown.to, 'string');
  for (const secret of [...sample.secrets, data ?? 'sealed', row.secret]) {
    assert.ok(!JSON.stringify(shown).includes(secret), 'the settings show a secret');
  }
}

function assurance({ factor, lists: { factors } }: FactorParts): void {
  const { method, amr } = factor;
  assert.ok(amr.length > 0, 'a proof of it leaves no trace in amr');
  assert.equal(new Set(amr).size, amr.length, 'a value of amr is a duplicate');
  for (const value of amr) {
    assert.ok(RFC_8176.includes(value), `${value} is no value of RFC 8176`);
    assert.ok((amrValues as readonly string[]).includes(value), `the protocol does not know the value ${value}`);
    assert.ok(!OF_THE_ENGINE.includes(value), `the engine adds ${value}`);
  }
  const acr = factor.acr({ method });
  assert.ok(acrValues.includes(acr), `${acr} is no level`);
  const proof = { method, id: 'row', at: 5 };
  const reached = assuranceOf(createRegistry(factors), { factor: proof });
  assert.deepEqual([...reached.amr].sort(), [...amr, 'pwd', ...(acr === 'aal2' ? ['mfa'] : [])].sort());
  assert.deepEqual(
    [reached.acr, reached.factorTime, reached.recovery],
    [acr, 5, factor.role === 'backup'],
    'the session says what was proven',
  );
}

function usability({ factor, sample, lists: { factors } }: FactorParts): void {
  const { method, role } = factor;
  const has = { ...NOTHING, ...sample.possession };
  assert.equal(factor.usable(NOTHING, policy), false, 'without anything');
  assert.equal(factor.usable({ ...NOTHING, disabled: true }, policy), false, 'once it is disabled');
  assert.equal(factor.usable(has, policy), true, 'with what the sample has');
  assert.equal(hasActive(has), role === 'factor', 'a factor is active, a backup is none');
  const active = Object.fromEntries(factors.filter((each) => each !== factor).map((each) => [each.method, 1]));
  assert.equal(factor.usable({ ...NOTHING, active }, policy), false, `with factors of other methods than ${method}`);
  if (sample.forbiddenBy) assert.equal(factor.usable(has, sample.forbiddenBy), false, 'where the policy forbids it');
}

function locking({ factor: { lock }, sample, lists: { factors } }: FactorParts): void {
  const key = lock.key('ada');
  assert.equal(lock.key('ada'), key);
  assert.notEqual(lock.key('bob'), key, 'two accounts share a counter');
  assert.ok(!key.includes('ada'), 'the counter names the account');
  assert.equal(factors.filter((each) => each.lock.key('ada') === key).length, 1, 'two methods share a counter');
  assert.equal(lock.limit(policy, { ...NOTHING, ...sample.possession }), policy.locks.hard);
}

function events({ factor: { proveStep, enrollSteps }, lists: { factors } }: FactorParts): void {
  const known = createAccountEvents(factors);
  const row: AccountEventRow = { id: 'e', at: 0, event: '', result: 'ok', method: null, address: null, detail: null };
  const codesOf = (event: string, result: string) => known.codesOf({ ...row, event, result });
  assert.ok(known.events.includes(proveStep), `the settings do not know ${proveStep}`);
  assert.deepEqual(codesOf(proveStep, 'wrong-code'), ['wrong-code']);
  assert.deepEqual(codesOf(proveStep, 'locked'), ['locked']);
  assert.deepEqual(codesOf(proveStep, 'ok'), [], 'the login says it');
  const last = enrollSteps.at(-1);
  if (last === undefined) return;
  assert.ok(known.events.includes(last), `the settings do not know ${last}`);
  assert.deepEqual(codesOf(last, 'ok'), ['factor-added']);
}
