import { type ChildProcess, fork } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from '../lib/files.ts';
import { isMain } from '../lib/main.ts';

/*
 * R87: `health` responds within 100 ms at every sample while 500 users log in at the same time. A separate process sends the
 * load, so that the samples measure the server and not the sender.
 * Run: node --conditions=tweestap-source scripts/drills/health-under-load.ts [sqlite | postgres] [logins]
 */

const BASE = '/mfa/v1';
const PASSWORD = 'calm sea under mist 7';
const ROUTES = ['/health/ready', '/health/live'] as const;
/** The time between two samples of a route, in ms. */
const SAMPLE_INTERVAL_MS = 10;
const MAX_ATTEMPTS = 60;

export interface HealthSample {
  route: (typeof ROUTES)[number];
  /** When the sample was taken, in ms since the load began. */
  at: number;
  /** The response time in ms. */
  ms: number;
  status: number;
}

export interface HealthUnderLoad {
  samples: HealthSample[];
  /** The number of logins that succeeded. */
  done: number;
  /** The number of responses `503 busy`, which a full queue of password hashes causes. */
  busy: number;
  /** The duration of the load in ms. */
  took: number;
  /** The longest CPU time, in ms, for which the server's main thread ran no timer. Other load on the machine does not affect it. */
  busiest: number;
}

export interface HealthOptions {
  database?: 'sqlite' | 'postgres';
  /** The number of parallel logins. Default: 500. */
  logins?: number;
}

/** Starts a server, sends the load from another process, and samples `health` until all logins have ended. */
export async function healthUnderLoad({
  database = 'sqlite',
  logins = 500,
}: HealthOptions = {}): Promise<HealthUnderLoad> {
  const server = fork(join(root, 'packages/server/src/http/testing/load-child.ts'), [database, String(logins)], {
    execArgv: ['--conditions=tweestap-source', '--disable-warning=ExperimentalWarning'],
  });
  const { port } = await answerOf<{ port: number }>(server);
  const load = fork(import.meta.filename, ['load', String(port), String(logins)]);
  try {
    const asked = answerOf<{ busiest: number }>(server);
    server.send('reset');
    await asked;
    const begun = performance.now();
    const outcome = answerOf<{ done: number; busy: number }>(load);
    let isOver = false;
    const samples: HealthSample[] = [];
    const sampling = ROUTES.map(async (route) => {
      while (!isOver) {
        const at = performance.now();
        samples.push({ route, at: at - begun, ...(await sample(port, route)) });
        await wait(SAMPLE_INTERVAL_MS);
      }
    });
    const { done, busy } = await outcome;
    const took = performance.now() - begun;
    isOver = true;
    await Promise.all(sampling);
    const last = answerOf<{ busiest: number }>(server);
    server.send('report');
    return { samples, done, busy, took, busiest: (await last).busiest };
  } finally {
    load.kill();
    const ended = once(server, 'exit');
    server.disconnect();
    await ended;
    agent.destroy();
  }
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const failed = once(child, 'exit').then(() => {
    throw new Error('A process of the drill ended before it sent its result.');
  });
  const [message] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => {});
  return message as T;
}

const agent = new Agent({ keepAlive: true });

async function sample(port: number, route: string): Promise<{ ms: number; status: number }> {
  const from = performance.now();
  const { status } = await ask(port, 'GET', BASE + route);
  return { ms: performance.now() - from, status };
}

interface Reply {
  status: number;
  text: string;
  cookie: string;
}

function ask(port: number, method: string, path: string, body?: unknown, headers = {}): Promise<Reply> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const sent = text === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port, path, method, agent, headers: { ...sent, ...headers } }, (res) => {
      const parts: Buffer[] = [];
      res.on('data', (part: Buffer) => parts.push(part));
      res.on('end', () => {
        const cookie = (res.headers['set-cookie'] ?? []).map((each) => each.split(';', 1)[0]).join('; ');
        resolve({ status: res.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8'), cookie });
      });
      res.on('error', reject);
    });
    req.on('error', reject);
    req.end(text);
  });
}

/** Returns the current code (RFC 6238) of an account. The server process derives the secrets in the same way. */
function codeOf(index: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const secret = createHash('sha1').update(`load-${index}`).digest();
  const digest = createHmac('sha1', secret).update(counter).digest();
  const number = digest.readUInt32BE(digest.readUInt8(19) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Performs one login and repeats a request after each `503`. Returns the number of these responses. */
async function logIn(port: number, index: number): Promise<number> {
  const inputs = [
    { step: 'organisation', organisation: 'alpha' },
    { step: 'username', username: `load-${index}` },
    { step: 'password', password: PASSWORD },
  ];
  for (let busy = 0; busy < MAX_ATTEMPTS; busy += 1) {
    const begun = await ask(port, 'POST', `${BASE}/flows`, { kind: 'login', inputs });
    if (begun.status === 503) {
      await wait(1000);
      continue;
    }
    return busy + (await proveCode(port, index, begun));
  }
  throw new Error(`the server was still busy after ${MAX_ATTEMPTS} attempts`);
}

/** Completes the code step of a login. Returns the number of `503` responses. */
async function proveCode(port: number, index: number, begun: Reply): Promise<number> {
  const { flow, token } = JSON.parse(begun.text);
  if (flow?.step.type !== 'totp') throw new Error(`expected the step totp, got ${begun.status}: ${begun.text}`);
  const headers = { authorization: `Bearer ${token}`, cookie: begun.cookie };
  for (let busy = 0; busy < MAX_ATTEMPTS; busy += 1) {
    const code = { inputs: [{ step: 'totp', code: codeOf(index) }] };
    const ended = await ask(port, 'POST', `${BASE}/flows/${flow.id}`, code, headers);
    if (ended.status === 503) {
      await wait(1000);
      continue;
    }
    if (JSON.parse(ended.text).flow?.status !== 'done')
      throw new Error(`expected a completed login, got ${ended.text}`);
    return busy;
  }
  throw new Error(`the server was still busy after ${MAX_ATTEMPTS} attempts`);
}

async function load(port: number, logins: number): Promise<void> {
  const outcomes = await Promise.allSettled(Array.from({ length: logins }, (_, index) => logIn(port, index)));
  const done = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  for (const each of outcomes) if (each.status === 'rejected') console.error(String(each.reason).slice(0, 300));
  process.send?.({ done: done.length, busy: done.reduce((sum, each) => sum + each, 0) });
  agent.destroy();
}

if (isMain(import.meta)) {
  const [first = 'sqlite', second, third] = process.argv.slice(2);
  if (first === 'load') await load(Number(second), Number(third));
  else {
    const logins = Number(second ?? 500);
    const { samples, ...rest } = await healthUnderLoad({ database: first === 'postgres' ? first : 'sqlite', logins });
    const times = samples.map(({ ms }) => ms).sort((a, b) => a - b);
    const at = (part: number): number => Math.round(times[Math.ceil(part * times.length) - 1] ?? 0);
    const late = times.filter((ms) => ms >= 100).length;
    console.log({ ...rest, samples: times.length, median: at(0.5), p99: at(0.99), max: at(1), over100: late });
  }
}
