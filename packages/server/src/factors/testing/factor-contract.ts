import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acrValues, amrValues, setUpMethods } from '@tweestap/protocol/constants';
import { createAccountEvents } from '../../account/account-events.ts';
import { parseKeyring } from '../../crypto/keyring.ts';
import { definitionOf } from '../../flow/open-flow.ts';
import { assuranceOf } from '../../flow/rules/assurance.ts';
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
import { parseOrganisation } from '../../organisations/schema.ts';
import type { AccountEventRow } from '../../store/audit.ts';
import type { FactorRow } from '../../store/schema.ts';
import { aFactor } from '../../store/testing/rows.ts';
import { factorFlowContract } from './factor-flow-contract.ts';
import type { FactorContract, FactorParts, FactorSample } from './factor-sample.ts';

/** All values of RFC 8176 §2. */
const RFC_8176 = [
  ...['face', 'fpt', 'geo', 'hwk', 'iris', 'kba', 'mca', 'mfa', 'otp', 'pin', 'pop', 'pwd', 'rba', 'retina', 'sc'],
  ...['sms', 'swk', 'tel', 'user', 'vbm', 'wia'],
];
/** The values of `amr` that the engine adds, for the password and for two factors. */
const ENGINE_VALUES = ['pwd', 'mfa'];
/** The names of locks that belong to no factor. */
const OTHER_LOCKS = ['password', 'new-password'];

const keyring = parseKeyring(`contract:${Buffer.alloc(32, 3).toString('base64')}`);
const policyOf = ({ policy = {} }: FactorSample) => parseOrganisation({ id: 'clinic', name: 'Clinic', policy }).policy;

/** Checks what the engine, the settings, the audit and the help desk require of every factor of a list. */
export function factorContract(factor: Factor, contract: FactorContract): void {
  const { sample } = contract;
  const title = (text: string): string => `the factor ${factor.method}: ${text}`;
  test(title('it has a sample'), () => {
    assert.ok(sample, `${factor.method} has no sample: add factors/testing/samples/${factor.method}.ts`);
  });
  if (!sample) return;
  const parts = { ...contract, factor, sample };
  test(title('its steps and its lock are in the lists and belong to no other factor'), () => places(parts));
  test(title('it has the properties that its role requires'), () => roles(parts));
  test(title('its sealed data opens only with its own method, row and schema'), () => sealing(parts));
  test(title('the settings show no secret of it'), () => description(parts));
  test(title('a proof adds values of RFC 8176 and reaches an assurance level'), () => assurance(parts));
  test(title('the account and the policy decide whether it is usable'), () => usability(parts));
  test(title('its attempts are counted per account, up to the cap of the policy'), () => locking(parts));
  test(title('the settings show its wrong proofs and enrolments'), () => events(parts));
  factorFlowContract(title, parts);
}

function places({ factor, lists: { factors, steps } }: FactorParts): void {
  const registry = createRegistry(factors);
  assert.equal(registry.factor(factor.method), factor);
  for (const step of [factor.proveStep, ...factor.enrollSteps]) {
    assert.equal(registry.methodOf(step), factor.method);
    const { verify, audited, isPrepared, prepare } = definitionOf({ steps: steps as StepList }, step);
    assert.ok(verify, `${step} has no verify`);
    assert.equal(audited, step, `the audit event of ${step} has the name of the step`);
    assert.equal(
      isPrepared === undefined,
      prepare === undefined,
      `${step} has both isPrepared and prepare, or neither`,
    );
  }
  const { counted, spends } = definitionOf({ steps: steps as StepList }, factor.proveStep);
  const { lock } = factor;
  if (!lock) {
    assert.ok(spends && !counted, `${factor.proveStep} has no lock, so it has only a budget`);
    return;
  }
  assert.ok(counted, `${factor.proveStep} does not count attempts`);
  const others = factors.filter((each) => each !== factor);
  assert.ok(!others.some((other) => other.lock?.by === lock.by), `another factor has the lock ${lock.by}`);
  assert.ok(!OTHER_LOCKS.includes(lock.by), `the lock ${lock.by} belongs to no factor`);
}

function roles({ factor, setUpMethods: own = setUpMethods }: FactorParts): void {
  const { role, method, data, defaultName, enrollSteps, stands, describe } = factor;
  if (role === 'factor') {
    assert.ok(data, 'a factor has a schema for its data');
    assert.ok(defaultName, 'a factor has a default name');
    assert.ok(enrollSteps.length > 0, 'a factor has steps that enroll it');
  } else {
    assert.ok(stands, 'a backup can check whether its proof is still valid');
    assert.deepEqual([data, defaultName, describe, enrollSteps], [undefined, undefined, undefined, []]);
  }
  assert.equal(
    (own as readonly string[]).includes(method),
    role === 'factor',
    'users can enroll factors, but not backups',
  );
  if (enrollSteps.length > 1) assert.ok(factor.isComplete, 'a factor with several enrolment steps has isComplete');
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
  for (const secret of sample.secrets) assert.ok(!sealed.includes(secret), 'the sealed data contains a secret');
  const moved: Partial<FactorRow>[] = [{ id: 'other' }, { account_id: 'bob' }, { organisation_id: 'school' }];
  for (const change of [...moved, { data: null }]) {
    assert.throws(() => openData(codec, { ...row, ...change }, keyring), JSON.stringify(change));
  }
  for (const other of [...lists.factors.map((each) => each.method), 'other' as typeof method]) {
    if (other === method) continue;
    assert.throws(
      () => openData(codec, { ...row, method: other }, keyring),
      `a row of the method ${other} must not open`,
    );
    assert.throws(
      () => openData({ ...codec, method: other }, row, keyring),
      `the data must not open with the method ${other}`,
    );
    // The whole row is changed to another method, so only the seal detects it.
    assert.throws(
      () => openData({ ...codec, method: other }, { ...row, method: other }, keyring),
      /./,
      `a row moved to the method ${other} must not open`,
    );
  }
  for (const bad of [{}, null, 'text', { ...(sample.data as object), more: 1 }]) {
    assert.throws(() => sealData(factor, owner, bad, keyring), `${JSON.stringify(bad)} must not be sealed`);
  }
}

function description({ factor, sample }: FactorParts): void {
  const owner = { id: 'row', account_id: 'ada', organisation_id: 'clinic' };
  const data = factor.data ? sealData(factor, owner, sample.data, keyring) : null;
  const row = aFactor({ ...owner, method: factor.method, data });
  const shown = factor.describe?.(row, keyring) ?? {};
  assert.deepEqual(
    Object.keys(shown).filter((key) => !['to', 'synced'].includes(key)),
    [],
  );
  if (shown.to !== undefined) assert.equal(typeof shown.to, 'string');
  for (const secret of [...sample.secrets, data ?? 'sealed', row.secret]) {
    assert.ok(!JSON.stringify(shown).includes(secret), 'the settings show a secret');
  }
}

function assurance({ factor, sample: { how }, lists: { factors } }: FactorParts): void {
  const { method } = factor;
  const proof = { method, id: 'row', at: 5, ...(how === undefined ? {} : { how }) };
  const amr = factor.amr(proof);
  assert.equal(amr.length > 0, factor.role !== 'fallback', 'a proof adds a value to amr, unless it is no factor');
  assert.equal(new Set(amr).size, amr.length, 'amr has a duplicate value');
  for (const value of amr) {
    assert.ok(RFC_8176.includes(value), `${value} is not a value of RFC 8176`);
    assert.ok((amrValues as readonly string[]).includes(value), `the protocol does not have the value ${value}`);
    assert.ok(!ENGINE_VALUES.includes(value), `only the engine may add ${value}`);
  }
  const acr = factor.acr(proof);
  assert.ok(acrValues.includes(acr), `${acr} is not an assurance level`);
  const reached = assuranceOf(createRegistry(factors), { factor: proof });
  assert.deepEqual([...reached.amr].sort(), [...amr, 'pwd', ...(acr === 'aal2' ? ['mfa'] : [])].sort());
  assert.deepEqual(
    [reached.acr, reached.factorTime, reached.recovery],
    [acr, factor.role === 'fallback' ? null : 5, factor.role === 'backup'],
    'the session has the assurance of the proof',
  );
}

function usability({ factor, sample, lists: { factors } }: FactorParts): void {
  const { method, role } = factor;
  const has = { ...NOTHING, ...sample.possession };
  const policy = policyOf(sample);
  assert.equal(factor.usable(NOTHING, policy), false, 'usable without any factor');
  assert.equal(factor.usable({ ...NOTHING, disabled: true }, policy), false, 'usable when it is disabled');
  assert.equal(factor.usable(has, policy), true, "not usable with the sample's possession");
  assert.equal(hasActive(has), role === 'factor', 'a factor counts as active, a backup does not');
  const active = Object.fromEntries(factors.filter((each) => each !== factor).map((each) => [each.method, 1]));
  assert.equal(factor.usable({ ...NOTHING, active }, policy), false, `usable with only other methods than ${method}`);
  if (sample.forbiddenBy)
    assert.equal(factor.usable(has, sample.forbiddenBy), false, 'usable although the policy forbids it');
}

function locking({ factor: { lock }, sample, lists: { factors } }: FactorParts): void {
  // A method that can't be guessed has no lock.
  if (!lock) return;
  const key = lock.key('ada');
  assert.equal(lock.key('ada'), key);
  assert.notEqual(lock.key('bob'), key, 'two accounts share a counter');
  assert.ok(!key.includes('ada'), 'the key of the counter contains the account id');
  assert.equal(factors.filter((each) => each.lock?.key('ada') === key).length, 1, 'two methods share a counter');
  const policy = policyOf(sample);
  assert.equal(lock.limit(policy, { ...NOTHING, ...sample.possession }), policy.locks.hard);
}

function events({ factor: { proveStep, enrollSteps }, lists: { factors } }: FactorParts): void {
  const known = createAccountEvents(factors);
  const row: AccountEventRow = { id: 'e', at: 0, event: '', result: 'ok', method: null, address: null, detail: null };
  const codesOf = (event: string, result: string) => known.codesOf({ ...row, event, result });
  assert.ok(known.events.includes(proveStep), `the settings do not show ${proveStep}`);
  assert.deepEqual(codesOf(proveStep, 'wrong-code'), ['wrong-code']);
  assert.deepEqual(codesOf(proveStep, 'locked'), ['locked']);
  assert.deepEqual(codesOf(proveStep, 'ok'), [], 'a correct proof is shown only as the login');
  const last = enrollSteps.at(-1);
  if (last === undefined) return;
  assert.ok(known.events.includes(last), `the settings do not show ${last}`);
  assert.deepEqual(codesOf(last, 'ok'), ['factor-added']);
}
