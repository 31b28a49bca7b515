import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { doneStep, passwordStep, problemBody, pushStep, totpStep } from './testing/api.ts';
import { controlled, type ScriptedResponse, settled } from './testing/controlled.ts';

const name = { step: 'username', username: 'anna' } as const;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A server whose event streams the test ends with `report`. */
const streams = () => {
  const open: ReadableStreamDefaultController[] = [];
  let ended = 0;
  const events = async (signal: AbortSignal) => {
    const body = new ReadableStream({
      start: (controller) => {
        open.push(controller);
        signal.addEventListener('abort', () => {
          ended += 1;
          controller.error(signal.reason);
        });
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
  const report = () => open.at(-1)?.enqueue(new TextEncoder().encode('event: changed\ndata: {}\n\n'));
  return { events, open, report, ended: () => ended, close: () => open.at(-1)?.close() };
};

/** Ends the connections that tests leave open. */
const stops: (() => void)[] = [];
after(() => {
  for (const stop of stops) stop();
});

const waiting = async (responses: ScriptedResponse[], options: Parameters<typeof controlled>[1] = {}) => {
  const server = streams();
  const made = controlled([pushStep, ...responses], { events: server.events, ...options });
  stops.push(() => made.controller.stop());
  await made.controller.submit(name);
  await turn();
  return { ...made, ...server };
};

test('W2 the login continues when the phone has answered, and the page is never busy meanwhile', async () => {
  const { controller, seen, states, report, open } = await waiting([doneStep]);
  assert.equal(open.length, 1);
  const arrived = settled(controller);
  report();
  await arrived;
  assert.deepEqual(seen.at(-1)?.body, { inputs: [{ step: 'push', action: 'poll' }] });
  assert.equal(controller.flow?.step.type, 'done');
  assert.deepEqual(states, ['busy', 'step', 'step']);
});

test('The device is remembered if the user has chosen that when the phone answers', async () => {
  const { controller, seen, report } = await waiting([doneStep], {
    remember: () => true,
    flow: { step: { ...pushStep, remember: { for: '12h' } } },
  });
  const arrived = settled(controller);
  report();
  await arrived;
  assert.deepEqual(seen.at(-1)?.body, { inputs: [{ step: 'push', action: 'poll', remember: true }] });
});

test('A step that needs no phone opens no connection, nor does one that was denied', async () => {
  for (const step of [totpStep, { ...pushStep, state: 'denied' as const }]) {
    const server = streams();
    const { controller } = controlled([step], { events: server.events });
    await controller.submit(name);
    await turn();
    assert.equal(server.open.length, 0);
  }
});

test('An input of the user ends the waiting', async () => {
  const { controller, ended } = await waiting([totpStep]);
  const submitted = controller.submit({ step: 'push', action: 'switch', method: 'totp' });
  assert.equal(ended(), 1, 'before the response has arrived');
  await submitted;
  assert.equal(controller.flow?.step.type, 'totp');
});

test('One connection serves several reports', async () => {
  const { controller, report, open, seen } = await waiting([pushStep, { ...pushStep, number: '551034' }, doneStep]);
  for (let each = 0; each < 3; each += 1) {
    const arrived = settled(controller);
    report();
    await arrived;
  }
  assert.deepEqual([open.length, seen.length], [1, 4]);
  assert.equal(controller.flow?.step.type, 'done');
});

test('A connection that ends is opened again after longer and longer pauses', async () => {
  const { open, close, time } = await waiting([pushStep]);
  for (const pause of [2_000, 4_000, 8_000]) {
    const count = open.length;
    close();
    await turn();
    time.advance(pause / 2 - 1);
    await turn();
    assert.equal(open.length, count, 'no connection before the pause is over');
    time.advance(pause / 2 + 1);
    await turn();
    assert.equal(open.length, count + 1);
  }
});

test('A lost poll is not shown, and is repeated after a pause', async () => {
  const { controller, report, time, seen, states } = await waiting(['lost', doneStep]);
  report();
  await turn();
  await turn();
  assert.deepEqual(states, ['busy', 'step']);
  const arrived = settled(controller);
  time.advance(2_000);
  await arrived;
  assert.equal(seen.length, 3);
  assert.equal(controller.flow?.step.type, 'done');
});

test('The request’s end is asked for even without a report', async () => {
  const { controller, time } = await waiting([{ ...pushStep, state: 'expired' }]);
  const arrived = settled(controller);
  time.advance(5 * 60_000 + 1_000);
  await arrived;
  assert.deepEqual(controller.flow?.is('push') && controller.flow.step.state, 'expired');
});

test('A step that was stopped for a while is asked for when requests are possible again', async () => {
  const { number: _, ...without } = pushStep;
  const stopped = { ...without, state: 'stopped', resendAt: '2026-11-20T12:03:00.000Z' } as const;
  const server = streams();
  const { controller, time } = controlled([stopped, pushStep], { events: server.events });
  stops.push(() => controller.stop());
  await controller.submit(name);
  const arrived = settled(controller);
  time.advance(3 * 60_000 + 1_000);
  await arrived;
  assert.equal(controller.flow?.is('push') && controller.flow.step.state, 'pending');
});

test('A hidden page opens no connection until it is visible', async () => {
  let show = () => {};
  const presence = {
    hidden: true,
    onVisible: (work: () => void) => {
      show = work;
      return () => {};
    },
  };
  const { open } = await waiting([doneStep], { presence });
  assert.equal(open.length, 0);
  presence.hidden = false;
  show();
  await turn();
  assert.equal(open.length, 1);
});

test('A flow that ends while it waits is replaced by a new one with the same names', async () => {
  const expired = { problem: problemBody('flow-expired') };
  const { controller, report } = await waiting([expired, passwordStep], { organisation: 'de-linde' });
  const arrived = settled(controller);
  report();
  await arrived;
  assert.equal(controller.flow?.step.type, 'password');
  assert.equal(controller.restarted, true);
});
