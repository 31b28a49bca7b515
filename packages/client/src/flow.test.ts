import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MfaProblem } from './problem.ts';
import {
  api,
  doneStep,
  flowReply,
  held,
  json,
  passwordStep,
  problemBody,
  problemReply,
  started,
  totpStep,
  wireFlow,
} from './testing/api.ts';

const problemOf = async (promise: Promise<unknown>): Promise<MfaProblem> => {
  const error: unknown = await promise.then(
    () => assert.fail('expected a rejection'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MfaProblem, String(error));
  return error;
};

test('A flow sends its token as a bearer token, moves from step to step, and reports each state to its listeners', async (t) => {
  const { client, seen } = await api(t, [started(), flowReply(totpStep), flowReply(doneStep)]);
  const flow = await client.start('login', { returnTo: 'https://portal.example/' });
  assert.deepEqual(seen[0]?.body, { kind: 'login', returnTo: 'https://portal.example/' });
  assert.equal(seen[0]?.path, '/mfa/v1/flows');
  const states: string[] = [];
  const stop = flow.subscribe((state) => states.push(`${state.name} ${state.step.type}`));
  await flow.submit({ step: 'password', password: 'a long sentence' });
  assert.equal(seen[1]?.path, '/mfa/v1/flows/flow-1');
  assert.equal(seen[1]?.headers.authorization, 'Bearer secret');
  assert.deepEqual(seen[1]?.body, { inputs: [{ step: 'password', password: 'a long sentence' }] });
  stop();
  await flow.submit({ step: 'totp', code: '123456' });
  assert.deepEqual(states, ['busy password', 'step totp']);
  assert.equal(flow.status, 'done');
  assert.ok(flow.is('done') && 'user' in flow.step && flow.step.user.username === 'anna');
});

test('A list of inputs is sent in one request', async (t) => {
  const { client, seen } = await api(t, [started(), flowReply(doneStep)]);
  const flow = await client.start('login');
  await flow.submit([
    { step: 'password', password: 'p' },
    { step: 'totp', code: '1' },
  ]);
  assert.deepEqual(seen[1]?.body, {
    inputs: [
      { step: 'password', password: 'p' },
      { step: 'totp', code: '1' },
    ],
  });
});

test('A refusal rejects the submission and moves the flow to the step in the problem', async (t) => {
  const locked = { type: 'locked', actions: ['poll'], ways: ['wait'] } as const;
  const refusal = problemReply('locked', { flow: wireFlow({ ...locked, actions: ['poll'], ways: ['wait'] }) });
  const { client } = await api(t, [started(), refusal]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.submit({ step: 'password', password: 'wrong' }));
  assert.equal(problem.code, 'locked');
  assert.equal(problem.kind, 'refusal');
  assert.equal(flow.step.type, 'locked');
  assert.equal(flow.state.name, 'step');
  assert.equal(flow.problem, problem);
});

test('The problem of a refused input is cleared by the next accepted input', async (t) => {
  const { client } = await api(t, [
    started(),
    problemReply('wrong-credentials', { flow: wireFlow(passwordStep), input: 0 }),
    flowReply(totpStep),
  ]);
  const flow = await client.start('login');
  await problemOf(flow.submit({ step: 'password', password: 'wrong' }));
  await flow.submit({ step: 'password', password: 'right' });
  assert.equal(flow.problem, undefined);
});

test('An out-of-order refusal moves the flow to the current step of the server', async (t) => {
  const { client } = await api(t, [started(), problemReply('out-of-order', { flow: wireFlow(totpStep) })]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.submit({ step: 'password', password: 'p' }));
  assert.ok(problem.is('out-of-order') && flow.is('totp'));
});

test('R52 a throttled start returns a flow with a problem that states how long to wait', async (t) => {
  const body = { flow: wireFlow(passwordStep), token: 'secret', problem: problemBody('throttled') };
  const { client } = await api(t, [json(201, body, { 'retry-after': '38' })]);
  const flow = await client.start('login');
  const { problem } = flow;
  assert.ok(problem?.is('throttled'));
  assert.deepEqual([problem.retryAfter, problem.kind], [38, 'refusal']);
});

test('A start whose inputs were refused returns a flow with the problem', async (t) => {
  const body = { flow: wireFlow(passwordStep), token: 'secret', problem: problemBody('wrong-credentials') };
  const { client, seen } = await api(t, [json(201, body)]);
  const inputs = [{ step: 'organisation', organisation: 'de-linde' }] as const;
  const flow = await client.start('login', { inputs });
  assert.deepEqual(seen[0]?.body, { kind: 'login', inputs });
  assert.equal(flow.problem?.code, 'wrong-credentials');
  assert.equal(flow.problem?.status, 422);
  assert.equal(flow.state.name, 'step');
});

test('An ended flow has the state failed and keeps its last step', async (t) => {
  const { client, storage } = await api(t, [started(), problemReply('flow-expired')]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.submit({ step: 'password', password: 'p' }));
  assert.equal(problem.kind, 'ended');
  assert.equal(flow.state.name, 'failed');
  assert.equal(flow.step.type, 'password');
  assert.equal(storage.items.size, 0);
});

test('The state of a failed call has a function that repeats it, and the failure is shown while it runs', async (t) => {
  const { client, seen } = await api(t, [started(), problemReply('no-such-flow'), flowReply(totpStep)]);
  const flow = await client.start('login');
  await problemOf(flow.submit({ step: 'password', password: 'p' }));
  const failed = flow.state;
  assert.ok(failed.name === 'failed');
  const arrived = new Promise<void>((resolve) => {
    flow.subscribe(({ name }) => name !== 'busy' && resolve());
  });
  failed.again();
  assert.ok(flow.state.name === 'busy' && flow.state.shown.name === 'failed');
  await arrived;
  assert.deepEqual(flow.state, { name: 'step', problem: undefined, step: totpStep });
  assert.deepEqual(seen[2]?.body, seen[1]?.body);
});

test('The response to an older call changes nothing after a newer call', async (t) => {
  const slow = held(flowReply(totpStep));
  const { client } = await api(t, [started(), slow.reply, flowReply(doneStep)]);
  const flow = await client.start('login');
  const first = flow.submit({ step: 'password', password: 'p' });
  await slow.arrived;
  await flow.refresh();
  slow.release();
  await first;
  assert.equal(flow.step.type, 'done');
  assert.equal(flow.state.name, 'step');
});

test('The refusal of an older call rejects, but does not change the newer state', async (t) => {
  const slow = held(problemReply('wrong-credentials', { flow: wireFlow(passwordStep) }));
  const { client } = await api(t, [started(), slow.reply, flowReply(totpStep)]);
  const flow = await client.start('login');
  const first = problemOf(flow.submit({ step: 'password', password: 'p' }));
  await slow.arrived;
  await flow.refresh();
  slow.release();
  assert.equal((await first).code, 'wrong-credentials');
  assert.equal(flow.step.type, 'totp');
  assert.equal(flow.problem, undefined);
});

test('Cancelling ends the flow on the server, and a late response does not restore it', async (t) => {
  const slow = held(flowReply(totpStep));
  const { client, seen, storage } = await api(t, [
    started(),
    slow.reply,
    (response) => void response.writeHead(204).end(),
  ]);
  const flow = await client.start('login');
  const late = flow.submit({ step: 'password', password: 'p' });
  await slow.arrived;
  await flow.cancel();
  slow.release();
  await late;
  assert.equal(flow.state.name, 'idle');
  assert.equal(storage.items.size, 0);
  assert.equal(seen.at(-1)?.method, 'DELETE');
});

test('Cancelling a flow that has already ended does not reject', async (t) => {
  const { client } = await api(t, [started(), problemReply('no-such-flow')]);
  await (await client.start('login')).cancel();
});

test('An error in a listener is reported to the page and not as a problem of the flow', async (t) => {
  const { client } = await api(t, [started(), flowReply(totpStep)]);
  const flow = await client.start('login');
  const thrown: unknown[] = [];
  const { queueMicrotask } = globalThis;
  t.mock.method(globalThis, 'queueMicrotask', (work: () => void) =>
    queueMicrotask(() => {
      try {
        work();
      } catch (error) {
        thrown.push(error);
      }
    }),
  );
  flow.subscribe((state) => {
    if (state.name === 'step') throw new Error('error in the page');
  });
  await flow.submit({ step: 'password', password: 'p' });
  assert.equal(flow.step.type, 'totp');
  assert.match(thrown.join(), /error in the page/);
});

test("A flow returns the server's time even if the local clock is wrong", async (t) => {
  const local = Date.parse('2026-11-20T11:56:00.000Z');
  const { client } = await api(t, [started()], { clock: () => local });
  const flow = await client.start('login');
  assert.equal(flow.clockOffset, 4 * 60_000);
  assert.equal(flow.now(), Date.parse('2026-11-20T12:00:00.000Z'));
});
