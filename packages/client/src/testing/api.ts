import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Problem, ProblemCode, Step, StepOf, Flow as WireFlow } from '@tweestap/protocol';
import { problems, problemTypePrefix } from '@tweestap/protocol/constants';
import { type ClientOptions, createClient } from '../client.ts';

/** A request that the server received. */
export interface Seen {
  /** The HTTP method. */
  method: string;
  /** The path with the query. */
  path: string;
  /** The headers, with names in lower case. */
  headers: IncomingHttpHeaders;
  /** The parsed JSON body. */
  body: unknown;
}

/** Writes the response to one request. */
export type Reply = (response: ServerResponse, seen: Seen) => void | Promise<void>;

/** The step `password`. */
export const passwordStep: Step = { type: 'password', actions: ['submit', 'back'], username: 'anna' };
/** The step `totp`. */
export const totpStep: Step = { type: 'totp', actions: ['submit'], digits: 6, period: 30, methods: [] };
/** The step `done` after a login. */
export const doneStep: Step = {
  type: 'done',
  actions: [],
  user: { id: 'u', organisation: 'de-linde', username: 'anna' },
  amr: ['pwd', 'otp', 'mfa'],
  acr: 'aal2',
};

/** The step `push`, while it waits for the phone. */
export const pushStep: StepOf<'push'> = {
  type: 'push',
  actions: ['poll', 'resend', 'switch', 'back', 'extend'],
  number: '482913',
  digits: 6,
  expiresAt: '2026-11-20T12:05:00.000Z',
  state: 'pending',
  approveUri: 'https://portal.example/approve#mfa-request=r1',
  methods: [{ method: 'totp' }],
};

/** Returns a flow at this step, as the server sends it. */
export const wireFlow = (step: Step, rest: Partial<WireFlow> = {}): WireFlow => ({
  id: 'flow-1',
  kind: 'login',
  status: step.type === 'done' ? 'done' : 'open',
  step,
  expiresAt: '2026-11-20T12:15:00.000Z',
  serverTime: '2026-11-20T12:00:00.000Z',
  ...rest,
});

/** Returns the body of a problem response. */
export const problemBody = (code: ProblemCode, rest: Partial<Problem> = {}): Problem => ({
  type: problemTypePrefix + code,
  title: problems[code].title,
  status: problems[code].status,
  code,
  correlationId: 'c-1',
  ...rest,
});

/** Responds with JSON. */
export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
/** Responds to a start with a flow at this step. */
export const started = (step: Step = passwordStep): Reply => json(201, { flow: wireFlow(step), token: 'secret' });
/** Responds with the flow at this step. */
export const flowReply = (step: Step): Reply => json(200, { flow: wireFlow(step) });
/** Responds with a problem. */
export const problemReply = (code: ProblemCode, rest: Partial<Problem> = {}, headers: Record<string, string> = {}) =>
  json(problems[code].status, problemBody(code, rest), headers);
/** Closes the connection without a response. */
export const lost: Reply = (response) => {
  response.destroy();
};
/** Never responds. */
export const silent: Reply = () => {};

/** Delays a reply until `release` is called. `arrived` resolves when the request has arrived. */
export const held = (reply: Reply) => {
  let arrive = () => {};
  let release = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const waiting: Reply = async (response, seen) => {
    arrive();
    await released;
    await reply(response, seen);
  };
  return { arrived, release, reply: waiting };
};

const readJson = async (request: AsyncIterable<Buffer>): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
};

const memoryStorage = () => {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
};

/** Sends server-sent events, and then ends the stream unless `open` is set. The stream starts with a comment. */
export const eventStream =
  (events: readonly { event: string; data: unknown }[], open = false): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': open\n\n');
    for (const { event, data } of events) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (!open) response.end();
  };

/** Starts a server that sends the replies in order. Returns the address of its API and the requests that it has received. */
export const serve = async (t: TestContext, replies: Reply[]) => {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const entry = { method: request.method ?? '', path: request.url ?? '', headers: request.headers };
    seen.push({ ...entry, body: await readJson(request) });
    const reply = replies.shift();
    if (!reply) throw new Error(`unexpected request ${entry.method} ${entry.path}`);
    await reply(response, seen.at(-1) as Seen);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mfa/v1`, seen };
};

/** Starts a server that sends the replies in order, and makes a client for it whose pauses take no time. */
export const api = async (t: TestContext, replies: Reply[], options: Partial<ClientOptions> = {}) => {
  const { address, seen } = await serve(t, replies);
  const waits: number[] = [];
  const storage = memoryStorage();
  const client = createClient({
    api: address,
    storage,
    wait: async (ms) => void waits.push(ms),
    ...options,
  });
  return { client, seen, waits, storage };
};
