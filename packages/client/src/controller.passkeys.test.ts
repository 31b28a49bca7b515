import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Step, StepOf } from '@tweestap/protocol';
import type { Controller } from './controller.ts';
import { doneStep, passwordStep, problemBody, totpStep } from './testing/api.ts';
import { controlled, type ScriptedResponse } from './testing/controlled.ts';
import { assertion, creationOptions, fakePasskeys, registration, requestOptions } from './testing/passkeys.ts';

const usernameStep: StepOf<'username'> = {
  type: 'username',
  actions: ['submit', 'passkey', 'extend'],
  format: 'username',
  passkey: requestOptions,
};
const passkeyStep: StepOf<'passkey'> = {
  type: 'passkey',
  actions: ['submit', 'switch'],
  options: requestOptions,
  methods: [],
};
const offerStep: StepOf<'enroll-offer'> = {
  type: 'enroll-offer',
  actions: ['accept', 'later', 'passkey'],
  reason: 'passkey',
  options: creationOptions,
  mandatory: false,
  remembers: false,
};
const methodStep: StepOf<'enroll-method'> = {
  type: 'enroll-method',
  actions: ['submit'],
  methods: [{ method: 'totp' }, { method: 'passkey' }],
};
const enrollStep: StepOf<'enroll-passkey'> = { type: 'enroll-passkey', actions: ['submit'], options: creationOptions };
const name = { step: 'username', username: 'anna' } as const;
const minutes = 60_000;

const turn = () => new Promise(setImmediate);
const typeOf = ({ flow }: Controller) => flow?.step.type;
const heldStep = () => {
  let release = (_step: Step) => {};
  const step = new Promise<Step>((resolve) => {
    release = resolve;
  });
  return { step, release };
};

const controlledWith = (responses: ScriptedResponse[], fake = fakePasskeys(), options = {}) => ({
  ...controlled(responses, { organisation: 'de-linde', passkeys: fake.passkeys, ...options }),
  ...fake,
});

test('The autofill logs in with a flow that starts before the first input', async () => {
  const { controller, seen, asked } = controlledWith([usernameStep, doneStep]);
  await controller.offerPasskeys();
  assert.deepEqual(seen[0]?.body, { kind: 'login', inputs: [{ step: 'organisation', organisation: 'de-linde' }] });
  await turn();
  assert.equal(controller.untouched, true);
  assert.equal(controller.asking, false);
  asked[0]?.accept();
  await turn();
  await turn();
  assert.deepEqual(seen[1]?.body, { inputs: [{ step: 'username', action: 'passkey', credential: assertion }] });
  assert.equal(typeOf(controller), 'done');
});

test('R93 no flow starts without autofill, without an organisation, for another kind, or twice', async () => {
  const plain = controlledWith([], fakePasskeys({ autofill: false }));
  const open = controlledWith([], fakePasskeys(), { organisation: undefined });
  const other = controlledWith([], fakePasskeys(), { kind: 'recover' });
  for (const { controller, seen } of [plain, open, other]) {
    await controller.offerPasskeys();
    assert.deepEqual(seen, []);
  }
  const twice = controlledWith([usernameStep]);
  await Promise.all([twice.controller.offerPasskeys(), twice.controller.offerPasskeys()]);
  await twice.controller.offerPasskeys();
  assert.equal(twice.seen.length, 1);
});

test('An input waits for the early start, and there is one flow', async () => {
  const { step, release } = heldStep();
  const { controller, seen, states } = controlledWith([step, passwordStep]);
  const early = controller.offerPasskeys();
  await turn();
  const submitted = controller.submit(name);
  await turn();
  assert.equal(seen.length, 1);
  release(usernameStep);
  await Promise.all([early, submitted]);
  assert.deepEqual(seen[1]?.body, { inputs: [name] });
  assert.equal(typeOf(controller), 'password');
  assert.deepEqual(states, ['busy', 'step']);
  assert.equal(controller.untouched, false);
});

test('An input while the browser is asked for its support prevents the early start', async () => {
  const { controller, seen } = controlledWith([passwordStep]);
  await Promise.all([controller.offerPasskeys(), controller.submit(name)]);
  assert.equal(seen.length, 1);
  assert.equal(typeOf(controller), 'password');
});

test('After an early start that failed or began elsewhere, the first input starts a flow', async () => {
  for (const response of ['lost', totpStep] as const) {
    const { controller, seen } = controlledWith([response, passwordStep]);
    await controller.offerPasskeys();
    assert.equal(controller.state.name, 'idle');
    assert.equal(seen.at(-1)?.method, response === 'lost' ? 'POST' : 'DELETE');
    await controller.submit(name);
    assert.equal(seen.filter(({ body }) => 'kind' in body).length, 2);
    assert.equal(typeOf(controller), 'password');
  }
});

test('A failure of the autofill is not shown, because the user has not asked for it', async () => {
  const { controller, asked } = controlledWith([usernameStep]);
  const codes: string[] = [];
  controller.on('error', ({ problem }) => codes.push(problem.code));
  await controller.offerPasskeys();
  await turn();
  asked[0]?.fail('passkey-not-allowed');
  await turn();
  assert.deepEqual([controller.state, codes], [{ name: 'step', problem: undefined }, []]);
});

test('Another kind of flow ends the flow that was started early', async () => {
  const { step, release } = heldStep();
  const { controller, seen } = controlledWith([step, passwordStep]);
  const early = controller.offerPasskeys();
  await turn();
  const restarted = controller.restart({ kind: 'recover' });
  release(usernameStep);
  await Promise.all([early, restarted]);
  assert.deepEqual(
    seen.map(({ method }) => method),
    ['POST', 'DELETE', 'POST'],
  );
});

test('cancel() during the early start ends its flow too', async () => {
  const { step, release } = heldStep();
  const { controller, seen } = controlledWith([step]);
  const early = controller.offerPasskeys();
  await turn();
  const cancelled = controller.cancel();
  release(usernameStep);
  await Promise.all([early, cancelled]);
  assert.deepEqual(
    seen.map(({ method }) => method),
    ['POST', 'DELETE'],
  );
  assert.equal(controller.flow, undefined);
});

test('R90 an early flow expires without a warning and without a notice, and can be offered again', async () => {
  const { controller, time, asked } = controlledWith([usernameStep, usernameStep, usernameStep]);
  let warnings = 0;
  controller.on('expiring', () => {
    warnings += 1;
  });
  await controller.offerPasskeys();
  await turn();
  time.advance(15 * minutes);
  assert.deepEqual([warnings, controller.restarted, controller.state.name], [0, false, 'idle']);
  assert.equal(asked[0]?.ended, true);
  await controller.offerPasskeys();
  await turn();
  assert.equal(asked.length, 2);
});

test('A challenge that has become too old is renewed without a change of the state', async () => {
  const renewed = { ...usernameStep, passkey: { ...requestOptions, challenge: 'bGF0ZXI' } };
  const { controller, seen, states, time, asked } = controlledWith([usernameStep, renewed, doneStep]);
  await controller.offerPasskeys();
  await turn();
  time.advance(requestOptions.timeout);
  for (let turns = 0; turns < 5; turns += 1) await turn();
  assert.deepEqual([seen.length, seen[1]?.method, asked.length], [2, 'GET', 2]);
  assert.deepEqual([asked[0]?.ended, asked[1]?.conditional, asked[1]?.challenge], [true, true, 'bGF0ZXI']);
  assert.deepEqual(states, ['step']);
  assert.equal(controller.untouched, true);
});

test('A failed prompt is the problem of the step, and the autofill waits again', async () => {
  const { controller, asked } = controlledWith([usernameStep]);
  const codes: string[] = [];
  controller.on('error', ({ problem }) => codes.push(problem.code));
  await controller.offerPasskeys();
  await turn();
  const prompt = controller.passkey();
  assert.equal(controller.asking, true);
  assert.equal(asked[0]?.ended, true);
  asked[1]?.fail('passkey-timeout');
  await prompt;
  assert.deepEqual(codes, ['passkey-timeout']);
  assert.ok(controller.state.name === 'step' && controller.state.problem?.is('passkey-timeout'));
  await turn();
  assert.equal(asked[2]?.conditional, true);
  assert.equal(controller.asking, false);
});

test('An input while the browser asks ends the prompt without a problem', async () => {
  const { controller, asked, seen } = controlledWith([passkeyStep, totpStep]);
  const codes: string[] = [];
  controller.on('error', ({ problem }) => codes.push(problem.code));
  await controller.submit(name);
  const prompt = controller.passkey();
  await controller.submit({ step: 'passkey', action: 'switch', method: 'totp' });
  await prompt;
  assert.equal(asked[0]?.ended, true);
  assert.equal(seen.length, 2);
  assert.deepEqual([controller.state, codes], [{ name: 'step', problem: undefined }, []]);
});

test('A second press of the button replaces the prompt', async () => {
  const { controller, asked, seen } = controlledWith([passkeyStep, doneStep]);
  await controller.submit(name);
  const first = controller.passkey();
  const second = controller.passkey({ remember: true });
  assert.deepEqual(
    asked.map(({ ended }) => ended),
    [true, false],
  );
  asked[1]?.accept();
  await Promise.all([first, second]);
  assert.deepEqual(seen[1]?.body, { inputs: [{ step: 'passkey', credential: assertion, remember: true }] });
});

test('A passkey that the server does not know is reported to the browser, and only that', async () => {
  for (const unknown of [true, undefined] as const) {
    const refusal = { problem: problemBody('wrong-passkey', unknown ? { unknown } : {}) };
    const fake = controlledWith([passkeyStep, refusal]);
    await fake.controller.submit(name);
    const prompt = fake.controller.passkey();
    fake.asked[0]?.accept();
    await prompt;
    assert.deepEqual(fake.unknown, unknown ? [`delinde.example ${assertion.id}`] : []);
  }
});

test('An offer of a passkey is skipped without WebAuthn, and the user has not deferred it', async () => {
  const { controller, seen } = controlledWith([offerStep, doneStep], fakePasskeys({ available: false }));
  let later = 0;
  controller.on('later', () => {
    later += 1;
  });
  await controller.submit(name);
  assert.deepEqual(seen[1]?.body, { inputs: [{ step: 'enroll-offer', action: 'later', unsupported: true }] });
  assert.deepEqual([typeOf(controller), later], ['done', 0]);
});

test('An offer of a passkey is shown if it can’t be skipped, and only tried once', async () => {
  const { controller, seen } = controlledWith([offerStep, offerStep], fakePasskeys({ available: false }));
  await controller.submit(name);
  assert.equal(seen.length, 2);
  assert.equal(typeOf(controller), 'enroll-offer');
});

test('A passkey that the browser creates silently answers the offer; otherwise the user is asked after three seconds', async () => {
  const created = controlledWith([offerStep, doneStep], fakePasskeys({ conditionalCreate: true }));
  const submitted = created.controller.submit(name);
  await turn();
  assert.equal(created.asked[0]?.conditional, true);
  created.asked[0]?.accept();
  await submitted;
  assert.deepEqual(created.seen[1]?.body, {
    inputs: [{ step: 'enroll-offer', action: 'passkey', credential: registration }],
  });
  const slow = controlledWith([offerStep], fakePasskeys({ conditionalCreate: true }));
  const asked = slow.controller.submit(name);
  await turn();
  slow.time.advance(3000);
  await asked;
  assert.equal(slow.asked[0]?.ended, true);
  assert.equal(typeOf(slow.controller), 'enroll-offer');
  assert.ok(slow.controller.state.name === 'step' && !slow.controller.state.problem);
});

test('A method that the user has chosen already is not asked again, except after the way back', async () => {
  const { controller, seen } = controlledWith([methodStep, enrollStep, methodStep]);
  await controller.restart({ kind: 'enroll', method: 'passkey' });
  assert.deepEqual(seen[1]?.body, { inputs: [{ step: 'enroll-method', method: 'passkey' }] });
  assert.equal(typeOf(controller), 'enroll-passkey');
  await controller.submit({ step: 'enroll-passkey', action: 'back', to: 'enroll-method' });
  assert.equal(typeOf(controller), 'enroll-method');
  assert.equal(seen.length, 3);
});

test('The SDK performs the ceremony of the step and submits its result', async () => {
  const { client, asked, seen } = controlledWith([passkeyStep, doneStep]);
  const flow = await client.start('login');
  const done = flow.passkey({ remember: false });
  asked[0]?.accept();
  assert.equal((await done).step.type, 'done');
  assert.deepEqual(seen[1]?.body, { inputs: [{ step: 'passkey', credential: assertion, remember: false }] });
});

test('The SDK reports a failed ceremony as a typed problem and in the state of the flow', async () => {
  const { client, asked } = controlledWith([passkeyStep, totpStep]);
  const flow = await client.start('login');
  const failed = flow.passkey();
  asked[0]?.fail('passkey-cancelled');
  await assert.rejects(failed, { name: 'MfaProblem', code: 'passkey-cancelled', kind: 'refusal' });
  assert.equal(flow.problem?.code, 'passkey-cancelled');
  const stale = flow.passkey();
  await flow.submit({ step: 'passkey', action: 'switch', method: 'totp' });
  asked[1]?.accept();
  await assert.rejects(stale, { code: 'passkey-cancelled' });
  assert.equal(flow.problem, undefined);
  await assert.rejects(flow.passkey(), { code: 'passkey-unsupported' });
});
