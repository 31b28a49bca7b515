// Threat: a body with unexpected values passes a check that was written for strings: a null as a code, an array as a
// name, a key that later code reads as a privilege, or a key that replaces the prototype.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Input, StepType } from '../steps/index.ts';
import { steps } from '../steps/index.ts';
import { parseInput } from './parse-input.ts';

const credential = { id: 'cGFzc2tleQ', rawId: 'cGFzc2tleQ', type: 'public-key', clientExtensionResults: {} };
const assertion = {
  ...credential,
  response: { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA', userHandle: 'aGFuZGxl' },
};
const registration = {
  ...credential,
  response: { clientDataJSON: 'e30', attestationObject: 'AAAA', transports: ['usb'] },
};

/** A valid input of each step, a `submit` where the step has one. */
const valid = {
  organisation: { step: 'organisation', organisation: 'de-linde' },
  username: { step: 'username', username: 'anna' },
  password: { step: 'password', password: 'correct horse' },
  'choose-method': { step: 'choose-method', method: 'totp' },
  passkey: { step: 'passkey', credential: assertion, remember: true },
  totp: { step: 'totp', code: '123456', remember: true },
  sms: { step: 'sms', code: '123456', remember: true },
  email: { step: 'email', code: '123456' },
  'recovery-code': { step: 'recovery-code', code: 'ABCD-EFGH-JKLM' },
  'confirm-password': { step: 'confirm-password', password: 'correct horse' },
  'enroll-offer': { step: 'enroll-offer', action: 'accept' },
  'enroll-method': { step: 'enroll-method', method: 'totp' },
  'enroll-totp': { step: 'enroll-totp', code: '123456', name: 'Blue phone' },
  'enroll-passkey': { step: 'enroll-passkey', credential: registration, name: 'Blue key' },
  'enroll-sms-number': { step: 'enroll-sms-number', phoneNumber: '06 1234 5678' },
  'enroll-sms': { step: 'enroll-sms', code: '123456' },
  'recovery-codes': { step: 'recovery-codes' },
  identify: { step: 'identify', organisation: 'de-linde', username: 'anna', email: 'anna@delinde.example' },
  'mail-sent': { step: 'mail-sent', action: 'back', to: 'identify' },
  'new-password': { step: 'new-password', password: 'a long and unusual sentence' },
  push: { step: 'push', action: 'poll' },
  'enroll-push': { step: 'enroll-push', code: '123456' },
  locked: { step: 'locked', action: 'poll' },
} as const satisfies Record<Exclude<StepType, 'done'>, Input>;

/** A valid input for every action of every step. */
const everyInput: ({ step: string } & Record<string, unknown>)[] = Object.entries(steps).flatMap(([step, { inputs }]) =>
  Object.keys(inputs).map((action) => {
    if (action === 'submit') return { ...valid[step as keyof typeof valid], action };
    return {
      step,
      action,
      ...(action === 'back' ? { to: 'username' } : {}),
      ...(action === 'switch' ? { method: 'totp' } : {}),
      ...(action === 'unlock' ? { way: 'mail' } : {}),
      ...(action === 'passkey' ? { credential: step === 'username' ? assertion : registration } : {}),
    };
  }),
);

const refused = (value: unknown) => {
  const parsed = parseInput(value);
  assert.equal(parsed.ok, false, JSON.stringify(value));
  return parsed.ok ? [] : parsed.issues;
};

test('A valid input of every step and action is parsed without change', () => {
  for (const input of [...Object.values(valid), ...everyInput]) {
    assert.deepEqual(parseInput(input), { ok: true, value: input });
  }
});

test('R5: a value that is not an object is refused: null, booleans, numbers, strings, arrays', () => {
  for (const value of [undefined, null, true, false, 0, 1, '', 'totp', [], [valid.totp], {}, { step: null }])
    refused(value);
});

test('R5: a property with an empty, missing or mistyped value is refused, for every property of every input', () => {
  const wrong: unknown[] = [null, false, 0, 1, '', [], {}, ['123456'], { toString: '123456' }];
  for (const input of everyInput) {
    for (const key of Object.keys(input)) {
      for (const value of wrong) {
        if (key === 'remember' && value === false) continue;
        assert.ok(refused({ ...input, [key]: value }).length > 0);
      }
      const { [key]: _, ...rest } = input;
      // An input without an action is a `submit`, which is valid if the step needs nothing else.
      const optional =
        ['action', 'remember', 'name'].includes(key) ||
        (input.step === 'identify' && ['organisation', 'username'].includes(key));
      if (key === 'action' && input.action !== 'submit' && input.step !== 'recovery-codes') refused(rest);
      else assert.equal(parseInput(rest).ok, optional, `${JSON.stringify(input)} without ${key}`);
    }
  }
});

test('R76: an unknown key is refused, whatever its name', () => {
  const names = ['amr', 'verified', 'constructor', 'prototype', 'hasOwnProperty', '__proto__', 'toString', '0', ''];
  const anyKey = fc.oneof(fc.constantFrom(...names), fc.string());
  fc.assert(
    fc.property(fc.constantFrom(...everyInput), anyKey, fc.jsonValue(), (input, name, value) => {
      fc.pre(
        ![
          'step',
          'action',
          'code',
          'remember',
          'name',
          'password',
          'username',
          'method',
          'to',
          'organisation',
        ].includes(name),
      );
      const text = `${JSON.stringify(input).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`;
      refused(JSON.parse(text));
    }),
  );
});

test('R76: a prototype in the body adds no property to an input', () => {
  refused(JSON.parse('{"step":"totp","__proto__":{"code":"123456"}}'));
  refused(JSON.parse('{"__proto__":{"step":"totp","code":"123456"}}'));
  assert.equal(Object.hasOwn(Object.prototype, 'code'), false);
});

test('R76: property names of the prototype are neither steps nor actions', () => {
  for (const word of ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty']) {
    refused({ step: word });
    refused({ ...valid.totp, action: word });
  }
});

test('R5: an input with the type of another step is never parsed as its original step', () => {
  for (const input of everyInput) {
    for (const step of Object.keys(steps)) {
      if (step === input.step) continue;
      const parsed = parseInput({ ...input, step });
      if (parsed.ok) assert.equal(parsed.value.step, step);
    }
  }
});

test('R76: any JSON gives an input of a known step or a list of issues, never an exception', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.record(
      { step: fc.constantFrom(...Object.keys(steps)), action: fc.jsonValue(), code: fc.jsonValue() },
      { requiredKeys: ['step'] },
    ),
  );
  fc.assert(
    fc.property(value, (json) => {
      const parsed = parseInput(json);
      if (parsed.ok) assert.ok(Object.hasOwn(steps, parsed.value.step));
      else assert.ok(parsed.issues.length > 0);
    }),
    { numRuns: 500 },
  );
});

test('An issue names the path and what was expected, and never repeats what was sent', () => {
  const issues = [
    ...refused({ step: 'password', password: ['hunter2 hunter2'] }),
    ...refused({ step: 'totp', code: 123456 }),
    ...refused({ step: 'username', username: 'hunter2'.repeat(100) }),
  ];
  assert.doesNotMatch(JSON.stringify(issues), /hunter2|123456/);
  assert.deepEqual(
    issues.map((issue) => issue.path),
    ['/password', '/code', '/username'],
  );
});

test('The path of an issue begins with the path of the input in the body', () => {
  const parsed = parseInput({ step: 'totp', code: 1 }, ['inputs', 2]);
  assert.ok(!parsed.ok);
  assert.equal(parsed.issues[0]?.path, '/inputs/2/code');
});

test('R76: a value of the maximum length is accepted, a longer one is refused', () => {
  const lengths = [
    { step: 'password', key: 'password', maxLength: 1024 },
    { step: 'username', key: 'username', maxLength: 256 },
    { step: 'totp', key: 'code', maxLength: 64 },
    { step: 'organisation', key: 'organisation', maxLength: 64 },
  ];
  for (const { step, key, maxLength } of lengths) {
    assert.equal(parseInput({ step, [key]: 'a'.repeat(maxLength) }).ok, true, step);
    refused({ step, [key]: 'a'.repeat(maxLength + 1) });
  }
});
