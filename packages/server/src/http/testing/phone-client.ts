import { request } from 'node:http';
import type { Phone, ProofChanges } from '../../push/testing/phone.ts';
import type { Browser, Reply } from './browser.ts';

/** The address of the API in proofs of possession, by the base URL of the test server. */
export const AUDIENCE = 'http://localhost/mfa/v1';

/** Sends the requests of a phone to a test server, each with a new proof of possession. */
export class PhoneClient {
  readonly browser: Browser;
  readonly phone: Phone;

  constructor(browser: Browser, phone: Phone) {
    this.browser = browser;
    this.phone = phone;
  }

  /** Sends a request. `changes` replaces parts of its proof. */
  async send(method: string, path: string, body?: unknown, changes?: ProofChanges): Promise<Reply> {
    const url = AUDIENCE + (path.split('?')[0] ?? '');
    const dpop = await this.phone.proof(method, url, changes);
    return await this.browser.send(method, path, { body, headers: { dpop } });
  }

  /** The pending requests. */
  async requests(): Promise<{ id: string; challenge: string; digits: number }[]> {
    return (await this.send('GET', '/push/requests')).body.requests;
  }

  /** Answers a request. */
  async answer(target: { id: string; challenge: string }, answer: 'approve' | 'deny', number?: string): Promise<Reply> {
    const signed = await this.phone.answer(target, answer, { number });
    return await this.send('POST', `/push/requests/${target.id}`, { answer: signed });
  }
}

/** One server-sent event. */
export interface Received {
  event: string;
  data: string;
  /** ms since the stream was opened. */
  after: number;
}

/** An open stream of server-sent events. */
export interface Events {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Resolves with the next event, or undefined when the stream has ended. */
  next(): Promise<Received | undefined>;
  /** Closes the connection. */
  close(): void;
}

/** Opens a stream of server-sent events. */
export async function openEvents(url: string, headers: Record<string, string>): Promise<Events> {
  const since = performance.now();
  const events: Received[] = [];
  let isOver = false;
  let wake: () => void = () => undefined;
  return await new Promise((resolve, reject) => {
    const req = request(url, { headers: { accept: 'text/event-stream', ...headers } }, (res) => {
      let text = '';
      const over = (): void => {
        isOver = true;
        wake();
      };
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
          if (event) events.push({ event, data, after: performance.now() - since });
        }
        wake();
      });
      res.on('end', over).on('close', over).on('error', over);
      resolve({
        status: res.statusCode ?? 0,
        headers: res.headers,
        async next() {
          while (events.length === 0 && !isOver) {
            await new Promise<void>((done) => {
              wake = done;
            });
          }
          return events.shift();
        },
        close: () => req.destroy(),
      });
    });
    req.on('error', (error) => (isOver ? undefined : reject(error)));
    req.end();
  });
}
