import type { Problem, Step, Flow as WireFlow } from '@tweestap/protocol';
import type { Timers } from '../back-off.ts';
import { createClient } from '../client.ts';
import { type Controller, createController } from '../controller.ts';
import type { ControllerOptions } from '../controller-options.ts';
import type { Passkeys } from '../passkeys.ts';
import { wireFlow } from './api.ts';

/** A scripted response: a step, a problem (at this step), a lost response, or a step that is sent later. */
export type ScriptedResponse = Step | { problem: Problem; step?: Step } | 'lost' | Promise<Step>;

/** Timers and a clock that only `advance` moves. */
const fakeTime = (start: number) => {
  let now = start;
  let waiting: { at: number; work: () => void }[] = [];
  const timers: Timers = {
    after(work, ms) {
      const timer = { at: now + ms, work };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((other) => other !== timer);
      };
    },
  };
  const advance = (ms: number) => {
    now += ms;
    for (;;) {
      const [next] = waiting.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      if (!next) return;
      waiting = waiting.filter((timer) => timer !== next);
      next.work();
    }
  };
  return { timers, advance, now: () => now, waiting: () => waiting.length };
};

/** Makes a controller with the real client, a scripted server, a fake clock and fake timers. */
export const controlled = (
  responses: ScriptedResponse[],
  options: Partial<ControllerOptions> & {
    flow?: Partial<WireFlow>;
    passkeys?: Passkeys;
    events?: (signal: AbortSignal) => Promise<Response>;
  } = {},
) => {
  const time = fakeTime(Date.parse('2026-11-20T12:00:00.000Z'));
  const seen: { method: string; body: Record<string, unknown> }[] = [];
  let step: Step | undefined;
  let flows = 0;
  const flow = () =>
    wireFlow(step as Step, { id: `flow-${flows}`, serverTime: new Date(time.now()).toISOString(), ...options.flow });
  const json = (status: number, body: unknown) =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const client = createClient({
    api: '/mfa/v1',
    attempts: 1,
    passkeys: options.passkeys,
    storage,
    clock: time.now,
    fetch: async (input, init = {}) => {
      const method = init.method ?? 'GET';
      if (String(input).endsWith('/events'))
        return options.events?.(init.signal as AbortSignal) ?? Promise.reject(new TypeError('no network'));
      seen.push({ method, body: init.body ? JSON.parse(String(init.body)) : {} });
      if (method === 'DELETE') return new Response(null, { status: 204 });
      const response = await responses.shift();
      if (response === undefined || response === 'lost') throw new TypeError('no network');
      const isStart = method === 'POST' && String(input).endsWith('/flows');
      if (isStart) flows += 1;
      if ('problem' in response) {
        step = response.step ?? step;
        const goesOn = response.problem.status === 422 || response.problem.status === 409;
        return json(response.problem.status, { ...response.problem, ...(goesOn ? { flow: flow() } : {}) });
      }
      step = response;
      return json(isStart ? 201 : 200, { flow: flow(), token: 'secret' });
    },
  });
  const controller = createController({
    client,
    storage,
    timers: time.timers,
    base: 'https://portal.example/',
    ...options,
  });
  const states: string[] = [];
  controller.subscribe(({ name }) => states.push(name));
  return { controller, client, seen, states, time, items, storage };
};

/** Resolves when the server's next response has changed the controller's state. */
export const settled = (controller: Controller): Promise<void> =>
  new Promise((resolve) => {
    const stop = controller.subscribe(({ name }) => {
      if (name === 'busy') return;
      stop();
      resolve();
    });
  });
