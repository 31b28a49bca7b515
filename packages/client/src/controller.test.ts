import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session, Step } from '@tweestap/protocol';
import { type Controller, createController } from './controller.ts';
import { doneStep, passwordStep, problemBody, totpStep } from './testing/api.ts';
import { controlled, type ScriptedResponse, settled } from './testing/controlled.ts';

const name = { step: 'username', username: 'anna' } as const;
const password = { step: 'password', password: 'a long sentence' } as const;
const code = { step: 'totp', code: '123456' } as const;
const names = [{ step: 'organisation', organisation: 'de-linde' }, name];
const refused = (...[problem, rest]: Parameters<typeof problemBody>): ScriptedResponse => ({
  problem: problemBody(problem, rest),
});
const minutes = 60_000;
const retry = ({ state }: Controller) => state.name === 'failed' && state.again();

test('A controller runs a flow from the first input to the end, and reports each step and the success', async () => {
  const { controller, seen, states } = controlled([passwordStep, totpStep, doneStep], { organisation: 'de-linde' });
  const events: string[] = [];
  controller.on('step', ({ type }) => events.push(type));
  controller.on('success', ({ detail }) => events.push('user' in detail ? detail.user.username : ''));
  await controller.submit(name);
  assert.deepEqual(seen[0]?.body, { kind: 'login', inputs: names });
  await controller.submit(password);
  await controller.submit(code);
  assert.deepEqual(events, ['password', 'totp', 'done', 'anna']);
  assert.deepEqual(states, ['busy', 'step', 'busy', 'step', 'busy', 'step']);
});

test('A second input is not sent while a request is running', async () => {
  const { controller, seen } = controlled([passwordStep]);
  await Promise.all([controller.submit(name), controller.submit(name)]);
  assert.equal(seen.length, 1);
});

test('A stale response changes nothing after a newer call', async () => {
  let release = (_step: Step) => {};
  const late = new Promise<Step>((resolve) => {
    release = resolve;
  });
  const { controller } = controlled([passwordStep, late, passwordStep]);
  await controller.submit(name);
  const first = controller.submit(password);
  await controller.restart();
  release(totpStep);
  await first;
  assert.equal(controller.flow?.step.type, 'password');
  assert.equal(controller.state.name, 'step');
});

test('The problem of a refused input is in the state and reported as an error', async () => {
  const { controller } = controlled([passwordStep, refused('wrong-credentials')]);
  const codes: string[] = [];
  controller.on('error', ({ problem }) => codes.push(problem.code));
  await controller.submit(name);
  await controller.submit(password);
  assert.ok(controller.state.name === 'step' && controller.state.problem?.code === 'wrong-credentials');
  assert.deepEqual(codes, ['wrong-credentials']);
});

test('A step that another tab has completed is not reported as an error', async () => {
  const { controller } = controlled([passwordStep, { problem: problemBody('out-of-order'), step: totpStep }]);
  await controller.submit(name);
  await controller.submit(password);
  assert.deepEqual(controller.state, { name: 'step', problem: undefined });
  assert.equal(controller.flow?.step.type, 'totp');
});

test('A failed call can be repeated, and an edit clears the failure', async () => {
  const { controller, seen } = controlled([passwordStep, 'lost', 'lost', totpStep]);
  await controller.submit(name);
  await controller.submit(password);
  assert.equal(controller.state.name, 'failed');
  controller.edited();
  assert.equal(controller.state.name, 'step');
  await controller.submit(password);
  const arrived = settled(controller);
  retry(controller);
  await arrived;
  assert.equal(controller.flow?.step.type, 'totp');
  assert.deepEqual(seen[3]?.body, seen[2]?.body);
});

test('An expired flow is replaced by a new flow with the same names', async () => {
  const { controller, seen } = controlled([passwordStep, refused('flow-expired'), passwordStep, totpStep], {
    organisation: 'de-linde',
  });
  await controller.submit(name);
  await controller.submit(password);
  assert.deepEqual(seen[2]?.body, { kind: 'login', inputs: names });
  assert.equal(controller.restarted, true);
  await controller.submit(password);
  assert.equal(controller.restarted, false);
});

test('R72 after a reload the flow is resumed with its names, and no secret is stored', async () => {
  const { controller, client, storage, time, items } = controlled([passwordStep, passwordStep, passwordStep]);
  await controller.submit([{ step: 'organisation', organisation: 'de-linde' }, name]);
  await controller.submit(password);
  assert.doesNotMatch([...items.values()].join(), /a long sentence/);
  assert.equal(await createController({ client, storage }).resume('enroll'), false);
  const next = createController({ client, storage, timers: time.timers });
  assert.equal(await next.resume(), true);
  assert.equal(next.flow?.step.type, 'password');
  assert.deepEqual(next.kept, { organisation: { id: 'de-linde' }, username: 'anna' });
});

test('A flow that the page may not resume stays open and is not shown', async () => {
  const { controller, client, storage } = controlled([passwordStep, passwordStep]);
  await controller.submit([{ step: 'organisation', organisation: 'de-linde' }, name]);
  const asked: string[] = [];
  const other = createController({ client, storage, mayResume: ({ id }) => asked.push(id) === 0 });
  assert.equal(await other.resume(), false);
  assert.deepEqual(asked, [controller.flow?.id]);
  assert.equal(other.state.name, 'idle');
  assert.equal(controller.state.name, 'step');
});

test('R70 an address that is not http or https is not sent, and is not opened after the login', async () => {
  for (const returnTo of ['javascript:alert(1)', 'http://[']) {
    const { controller, seen } = controlled([doneStep], { organisation: 'de-linde', returnTo });
    const addresses: unknown[] = [];
    controller.on('success', ({ goTo }) => addresses.push(goTo));
    await controller.submit(name);
    assert.equal(Object.hasOwn(Object(seen[0]?.body), 'returnTo'), false);
    assert.deepEqual(addresses, [undefined]);
  }
});

test('R70 an earlier login continues at the address that the server allowed for it, or at one of the page', async () => {
  const session = { user: { id: 'u', organisation: 'de-linde', username: 'anna' }, amr: ['pwd'], acr: 'aal1' };
  const foreign = 'https://other.example/start';
  for (const [returnTo, allowed, expected] of [
    [foreign, foreign, foreign],
    [foreign, undefined, undefined],
    [undefined, foreign, undefined],
    ['/start', undefined, 'https://portal.example/start'],
  ]) {
    const { controller } = controlled([], { returnTo });
    const heard: unknown[] = [];
    controller.on('success', ({ detail, goTo }) => heard.push(detail, goTo));
    controller.proceed({ session: session as Session, returnTo: allowed });
    assert.deepEqual(heard, [session, expected]);
  }
});

test('The expiry warning is dispatched once, and the expiry sends no request', async () => {
  const { controller, seen, time } = controlled([passwordStep, passwordStep], { organisation: 'de-linde' });
  const events: string[] = [];
  controller.on('expiring', () => events.push('expiring'));
  controller.on('expired', ({ kind }) => events.push(kind));
  await controller.submit(name);
  time.advance(13 * minutes - 1);
  assert.deepEqual(events, []);
  time.advance(1);
  assert.deepEqual(events, ['expiring']);
  time.advance(2 * minutes);
  assert.deepEqual(events, ['expiring', 'login']);
  assert.equal(controller.state.name, 'idle');
  assert.equal(controller.restarted, true);
  assert.equal(controller.kept.username, 'anna');
  assert.equal(seen.length, 1);
  assert.equal(time.waiting(), 0);
});

test('A code that was too early is submitted again at retryAt', async () => {
  const early = refused('code-early', { retryAt: '2026-11-20T12:00:20.000Z' });
  const { controller, seen, time } = controlled([totpStep, early, doneStep]);
  await controller.submit(name);
  await controller.submit(code);
  time.advance(19_999);
  assert.equal(seen.length, 2);
  const arrived = settled(controller);
  time.advance(1);
  await arrived;
  assert.deepEqual(seen[2]?.body, seen[1]?.body);
  assert.equal(controller.flow?.status, 'done');
});

const lockedStep: Step = { type: 'locked', actions: ['poll'], ways: ['wait'], until: '2026-11-20T12:05:00.000Z' };

test('A lock is polled half a second after its end', async () => {
  const { controller, seen, time } = controlled([lockedStep, passwordStep]);
  await controller.submit(name);
  time.advance(5 * minutes + 499);
  assert.equal(seen.length, 1);
  const arrived = settled(controller);
  time.advance(1);
  await arrived;
  assert.deepEqual(seen[1]?.body, { inputs: [{ step: 'locked', action: 'poll' }] });
});

test('A lock that ends after the flow is not polled', async () => {
  const { controller, seen, time } = controlled([{ ...lockedStep, until: '2026-11-20T13:00:00.000Z' }]);
  await controller.submit(name);
  time.advance(120 * minutes);
  assert.equal(seen.length, 1);
  assert.equal(controller.state.name, 'idle');
});

test('cancel() clears the timers and ends the flow', async () => {
  const { controller, seen, time, items } = controlled([passwordStep]);
  await controller.submit(name);
  assert.equal(time.waiting(), 2);
  let cancelled = 0;
  controller.on('cancel', () => {
    cancelled += 1;
  });
  await controller.cancel();
  assert.equal(time.waiting(), 0);
  assert.equal(cancelled, 1);
  assert.deepEqual([controller.state.name, controller.flow, controller.kept], ['idle', undefined, {}]);
  assert.equal(seen.at(-1)?.method, 'DELETE');
  assert.equal(items.size, 0);
});

test('Starting a flow of another kind ends the flow that it replaces', async () => {
  const identify: Step = { type: 'identify', actions: ['submit'], fields: ['email'] };
  const { controller, seen } = controlled([passwordStep, identify], { organisation: 'de-linde' });
  await controller.submit(name);
  await controller.restart({ kind: 'recover' });
  assert.deepEqual(
    seen.map(({ method }) => method),
    ['POST', 'DELETE', 'POST'],
  );
  assert.deepEqual(seen[2]?.body, { kind: 'recover', inputs: [names[0]] });
  assert.equal(controller.kind, 'recover');
});

test('An expired link is passed to linkSpent', async () => {
  const codes: string[] = [];
  const { controller } = controlled([refused('link-expired')], {
    kind: 'activate',
    link: 'token',
    linkSpent: ({ code }) => codes.push(code),
  });
  await controller.restart();
  assert.deepEqual(codes, ['link-expired']);
  assert.equal(controller.state.name, 'idle');
});

test("R70 success reports an address that the server allowed or that has the page's origin, and no other address", async () => {
  const goes = async (returnTo: string | undefined, allowed?: string) => {
    const { controller } = controlled([{ ...doneStep, ...(allowed ? { returnTo: allowed } : {}) }], { returnTo });
    let to: string | undefined;
    controller.on('success', ({ goTo }) => {
      to = goTo;
    });
    await controller.submit(name);
    return to;
  };
  assert.equal(await goes('/mine'), 'https://portal.example/mine');
  assert.equal(await goes('https://evil.example/'), undefined);
  assert.equal(await goes('javascript:alert(1)'), undefined);
  assert.equal(await goes('/mine', 'https://other.example/allowed'), 'https://other.example/allowed');
  assert.equal(await goes(undefined), undefined);
});

test('prepare() runs before the step is reported, and its rejection is a failure that can be retried', async () => {
  let tries = 0;
  const { controller, seen } = controlled([passwordStep], {
    prepare: async () => {
      tries += 1;
      if (tries === 1) throw new Error('no file');
    },
  });
  await controller.submit(name);
  assert.ok(controller.state.name === 'failed' && controller.state.problem.code === 'network');
  const arrived = settled(controller);
  retry(controller);
  await arrived;
  assert.equal(controller.flow?.step.type, 'password');
  assert.equal(seen.length, 1);
});
