import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MfaProblem } from './problem.ts';
import {
  api,
  doneStep,
  flowAnswer,
  held,
  json,
  passwordStep,
  problemAnswer,
  problemBody,
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

test('A flow goes from step to step with its token as bearer, and tells its listeners each state', async (t) => {
  const { client, seen } = await api(t, [started(), flowAnswer(totpStep), flowAnswer(doneStep)]);
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

test('A list of inputs goes in one request', async (t) => {
  const { client, seen } = await api(t, [started(), flowAnswer(doneStep)]);
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

test('A refusal rejects the submission and moves the flow to the step that the problem carries', async (t) => {
  const locked = { type: 'locked', actions: ['poll'], ways: ['wait'] } as const;
  const refusal = problemAnswer('locked', { flow: wireFlow({ ...locked, actions: ['poll'], ways: ['wait'] }) });
  const { client } = await api(t, [started(), refusal]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.submit({ step: 'password', password: 'wrong' }));
  assert.equal(problem.code, 'locked');
  assert.equal(problem.kind, 'refusal');
  assert.equal(flow.step.type, 'locked');
  assert.equal(flow.state.name, 'step');
  assert.equal(flow.problem, problem);
});

test('The problem of a refused input is gone after the next good answer', async (t) => {
  const { client } = await api(t, [
    started(),
    problemAnswer('wrong-credentials', { flow: wireFlow(passwordStep), input: 0 }),
    flowAnswer(totpStep),
  ]);
  const flow = await client.start('login');
  await problemOf(flow.submit({ step: 'password', password: 'wrong' }));
  await flow.submit({ step: 'password', password: 'right' });
  assert.equal(flow.problem, undefined);
});

test('An answer that is out of order brings the flow to where the server is', async (t) => {
  const { client } = await api(t, [started(), problemAnswer('out-of-order', { flow: wireFlow(totpStep) })]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.submit({ step: 'password', password: 'p' }));
  assert.ok(problem.is('out-of-order') && flow.is('totp'));
});

test('R52 a start that is slowed down has a flow, and a problem that says how long to wait', async (t) => {
  const body = { flow: wireFlow(passwordStep), token: 'secret', problem: problemBody('throttled') };
  const { client } = await api(t, [json(201, body, { 'retry-after': '38' })]);
  const flow = await client.start('login');
  const { problem } = flow;
  assert.ok(problem?.is('throttled'));
  assert.deepEqual([problem.retryAfter, problem.kind], [38, 'refusal']);
});

test('A start whose first inputs were refused has a flow and the problem', async (t) => {
  const body = { flow: wireFlow(passwordStep), token: 'secret', problem: problemBody('wrong-credentials') };
  const { client, seen } = await api(t, [json(201, body)]);
  const inputs = [{ step: 'organisation', organisation: 'de-linde' }] as const;
  const flow = await client.start('login', { inputs });
  assert.deepEqual(seen[0]?.body, { kind: 'login', inputs });
  assert.equal(flow.problem?.code, 'wrong-credentials');
  assert.equal(flow.problem?.status, 422);
  assert.equal(flow.state.name, 'step');
});

test('A flow that ended says so, and keeps the step it was at', async (t) => {
  const { client, storage } = await api(t, [started(), problemAnswer('flow-expired')]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.submit({ step: 'password', password: 'p' }));
  assert.equal(problem.kind, 'ended');
  assert.equal(flow.state.name, 'failed');
  assert.equal(flow.step.type, 'password');
  assert.equal(storage.items.size, 0);
});

test('A failed call can be repeated by the function in its state, and shows the failure meanwhile', async (t) => {
  const { client, seen } = await api(t, [started(), problemAnswer('no-such-flow'), flowAnswer(totpStep)]);
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

test('The answer of an older call changes nothing once a newer call was made', async (t) => {
  const slow = held(flowAnswer(totpStep));
  const { client } = await api(t, [started(), slow.reply, flowAnswer(doneStep)]);
  const flow = await client.start('login');
  const first = flow.submit({ step: 'password', password: 'p' });
  await slow.arrived;
  await flow.refresh();
  slow.release();
  await first;
  assert.equal(flow.step.type, 'done');
  assert.equal(flow.state.name, 'step');
});

test('The refusal of an older call still rejects, but leaves the newer state alone', async (t) => {
  const slow = held(problemAnswer('wrong-credentials', { flow: wireFlow(passwordStep) }));
  const { client } = await api(t, [started(), slow.reply, flowAnswer(totpStep)]);
  const flow = await client.start('login');
  const first = problemOf(flow.submit({ step: 'password', password: 'p' }));
  await slow.arrived;
  await flow.refresh();
  slow.release();
  assert.equal((await first).code, 'wrong-credentials');
  assert.equal(flow.step.type, 'totp');
  assert.equal(flow.problem, undefined);
});

test('Cancelling ends the flow on the server, and a late answer does not bring it back', async (t) => {
  const slow = held(flowAnswer(totpStep));
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

test('Cancelling a flow that ended already is no error', async (t) => {
  const { client } = await api(t, [started(), problemAnswer('no-such-flow')]);
  await (await client.start('login')).cancel();
});

test("A listener's fault does not look like a problem of the flow", async (t) => {
  const { client } = await api(t, [started(), flowAnswer(totpStep)]);
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
    if (state.name === 'step') throw new Error('of the page');
  });
  await flow.submit({ step: 'password', password: 'p' });
  assert.equal(flow.step.type, 'totp');
  assert.match(thrown.join(), /of the page/);
});

test("The flow tells the server's time whatever the local clock says", async (t) => {
  const local = Date.parse('2026-11-20T11:56:00.000Z');
  const { client } = await api(t, [started()], { clock: () => local });
  const flow = await client.start('login');
  assert.equal(flow.clockOffset, 4 * 60_000);
  assert.equal(flow.now(), Date.parse('2026-11-20T12:00:00.000Z'));
});
