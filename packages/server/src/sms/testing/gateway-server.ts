import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SmsGateway } from '../gateway-settings.ts';

/** A request that the gateway received. */
export interface ReceivedSms {
  method: string;
  headers: IncomingMessage['headers'];
  /** The body, as sent. */
  body: string;
  /** The parsed body of a JSON request. */
  json: { to?: string; text?: string; reference?: string };
}

/** How the gateway treats the next request. Default: it accepts the message. */
export type GatewayBehaviour =
  | 'take'
  | 'silent'
  | 'drop'
  | 'drop-after-headers'
  | 'slow-body'
  | 'endless-body'
  | { status: number; headers?: Record<string, string>; body?: string };

/** A running gateway. */
export interface GatewayServer {
  address: string;
  /** The requests that arrived completely, accepted or not. */
  seen: ReceivedSms[];
  /** Sets the behaviour for the next requests, in order. */
  behave(...next: GatewayBehaviour[]): void;
  /** The description of this gateway as a setting. */
  settings: SmsGateway;
  /** Resolves when the next request has arrived. */
  next(): Promise<ReceivedSms>;
  close(): Promise<void>;
}

/** Starts a real HTTP server on the loopback interface that takes text messages and can be made to misbehave. */
export async function startGateway(): Promise<GatewayServer> {
  const plan: GatewayBehaviour[] = [];
  const seen: ReceivedSms[] = [];
  let waiting: ((sms: ReceivedSms) => void)[] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req.setEncoding('utf8')) body += chunk;
    const isJson = req.headers['content-type'] === 'application/json';
    const sms = { method: req.method ?? '', headers: req.headers, body, json: isJson ? JSON.parse(body) : {} };
    seen.push(sms);
    respond(res, plan.shift() ?? 'take', seen.length);
    for (const resolve of waiting) resolve(sms);
    waiting = [];
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`;
  return {
    address,
    seen,
    behave: (...next) => void plan.push(...next),
    settings: {
      url: address,
      headers: { Authorization: 'Bearer gateway-credential' },
      body: { to: '{to}', text: '{text}', reference: '{id}' },
      messageId: '/messages/0/id',
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ACCEPTED = 202;

function respond(res: ServerResponse, behaviour: GatewayBehaviour, count: number): void {
  if (behaviour === 'silent') return;
  if (behaviour === 'drop') {
    res.destroy();
    return;
  }
  if (typeof behaviour === 'object') {
    res.writeHead(behaviour.status, behaviour.headers).end(behaviour.body ?? '{"error":"for +31612345678"}');
    return;
  }
  res.writeHead(ACCEPTED, { 'content-type': 'application/json' });
  if (behaviour === 'take') res.end(JSON.stringify({ messages: [{ id: `gateway-${count}` }] }));
  else if (behaviour === 'slow-body') res.write('{"messages":');
  else if (behaviour === 'endless-body') flood(res);
  else res.write('{"messages":', () => res.destroy());
}

function flood(res: ServerResponse): void {
  const more = (): void => {
    while (res.writable && res.write(' '.repeat(16_384)));
  };
  res.on('drain', more);
  more();
}
