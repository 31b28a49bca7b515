import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Flow } from './flow.ts';
import { api, eventStream, flowReply, held, json, problemReply, pushStep, type Reply, started } from './testing/api.ts';

const waiting = async (t: TestContext, ...replies: Reply[]) => {
  const made = await api(t, [started(pushStep), ...replies]);
  return { ...made, flow: await made.client.start('login') };
};
const changed = eventStream([{ event: 'changed', data: {} }], true);
/** A server that knows no events, or a proxy that holds them back. */
const noEvents = json(200, {});

const never = () => new AbortController().signal;

/** Returns whether the flow reports a change before its connection ends. */
const reports = async (flow: Flow, signal = never()): Promise<boolean> => {
  for await (const _ of flow.changes(signal)) return true;
  return false;
};

test('R72 a flow hears of a change by server-sent events, with its token in a header', async (t) => {
  const { flow, seen } = await waiting(t, changed);
  assert.equal(await reports(flow), true);
  const { method, path, headers } = seen[1] ?? {};
  assert.deepEqual([method, path], ['GET', '/mfa/v1/flows/flow-1/events']);
  assert.deepEqual([headers?.accept, headers?.authorization], ['text/event-stream', 'Bearer secret']);
});

test('Comments and other events are no change', async (t) => {
  const { flow } = await waiting(t, eventStream([{ event: 'hello', data: {} }]));
  assert.equal(await reports(flow), false);
});

test('One connection reports each change', async (t) => {
  const event = { event: 'changed', data: {} };
  const { flow, seen } = await waiting(t, eventStream([event, event, event]));
  let count = 0;
  for await (const _ of flow.changes(never())) count += 1;
  assert.deepEqual([count, seen.length], [3, 2]);
});

test('Where events do not arrive, a flow hears of a change by long polling, and tries no events again', async (t) => {
  const { flow, seen } = await waiting(t, noEvents, flowReply({ ...pushStep, state: 'denied' }), flowReply(pushStep));
  assert.equal(await reports(flow), true);
  assert.equal(await reports(flow), true);
  assert.deepEqual(
    seen.slice(1).map(({ path }) => path),
    ['/mfa/v1/flows/flow-1/events', '/mfa/v1/flows/flow-1?wait=25', '/mfa/v1/flows/flow-1?wait=25'],
  );
});

test('A long poll that the server has held without a change reports nothing', async (t) => {
  let now = 0;
  const late: Reply = (response, seen) => {
    now += 25_000;
    return flowReply(pushStep)(response, seen);
  };
  const approved = flowReply({ ...pushStep, state: 'approved' });
  const { client } = await api(t, [started(pushStep), noEvents, late, late, late, approved], { clock: () => now });
  const times: number[] = [];
  for await (const _ of (await client.start('login')).changes(never())) {
    times.push(now);
    if (times.length === 2) break;
  }
  assert.deepEqual(times, [25_000, 75_000]);
});

test('A server that does not hold long polls is asked less and less often', async (t) => {
  const { flow, waits } = await waiting(t, noEvents, ...Array.from({ length: 5 }, () => flowReply(pushStep)));
  let count = 0;
  for await (const _ of flow.changes(never())) {
    count += 1;
    if (count === 5) break;
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000]);
});

test('Waiting ends with its signal, and reports a flow that has ended', async (t) => {
  const { arrived, reply } = held(changed);
  const { flow } = await waiting(t, reply, problemReply('flow-expired'));
  const abort = new AbortController();
  const ended = assert.rejects(reports(flow, abort.signal), { name: 'MfaProblem' });
  await arrived;
  abort.abort();
  await ended;
  await assert.rejects(reports(flow), { code: 'flow-expired' });
});
