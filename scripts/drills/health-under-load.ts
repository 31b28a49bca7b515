import { type ChildProcess, fork } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from '../lib/files.ts';
import { isMain } from '../lib/main.ts';

/*
 * R87: `health` answers within 100 ms at every sample while 500 people log in at the same moment. A process of its own
 * sends the load, so that the samples measure the server and not the sender.
 * Run: node --conditions=tweestap-source scripts/drills/health-under-load.ts [sqlite | postgres] [logins]
 */

const BASE = '/mfa/v1';
const PASSWORD = 'calm sea under mist 7';
const ROUTES = ['/health/ready', '/health/live'] as const;
/** ms between two samples of each route. */
const SAMPLE_EVERY = 10;
const MAX_TRIES = 60;

export interface HealthSample {
  route: (typeof ROUTES)[number];
  /** ms since the load began. */
  at: number;
  /** How long the answer took. */
  ms: number;
  status: number;
}

export interface HealthUnderLoad {
  samples: HealthSample[];
  /** Logins that ended in a session; all of them, where nothing failed. */
  done: number;
  /** How often the server answered `503 busy`: the queue of hashes is bounded. */
  busy: number;
  /** ms that the load took. */
  took: number;
  /** The longest stretch of CPU time, in ms, in which the server's main thread served no timer: independent of other load. */
  busiest: number;
}

export interface HealthOptions {
  database?: 'sqlite' | 'postgres';
  /** Logins at the same moment. Default 500. */
  logins?: number;
}

/** Starts a server, sends the load from another process, and samples health until all logins have ended. */
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
        await wait(SAMPLE_EVERY);
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
    throw new Error('A process of the drill ended early.');
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

/** RFC 6238, of the secrets that the server's process has given its accounts. */
function codeOf(index: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const secret = createHash('sha1').update(`load-${index}`).digest();
  const digest = createHmac('sha1', secret).update(counter).digest();
  const number = digest.readUInt32BE(digest.readUInt8(19) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** One whole login, with another try after each `503`. Answers how often that was. */
async function logIn(port: number, index: number): Promise<number> {
  const inputs = [
    { step: 'organisation', organisation: 'alpha' },
    { step: 'username', username: `load-${index}` },
    { step: 'password', password: PASSWORD },
  ];
  for (let busy = 0; busy < MAX_TRIES; busy += 1) {
    const begun = await ask(port, 'POST', `${BASE}/flows`, { kind: 'login', inputs });
    if (begun.status === 503) {
      await wait(1000);
      continue;
    }
    return busy + (await proveCode(port, index, begun));
  }
  throw new Error('the server stayed busy');
}

/** The code step of a login that has come to it. Answers how often the server was busy. */
async function proveCode(port: number, index: number, begun: Reply): Promise<number> {
  const { flow, token } = JSON.parse(begun.text);
  if (flow?.step.type !== 'totp') throw new Error(`expected the code step, got ${begun.status}: ${begun.text}`);
  const headers = { authorization: `Bearer ${token}`, cookie: begun.cookie };
  for (let busy = 0; busy < MAX_TRIES; busy += 1) {
    const code = { inputs: [{ step: 'totp', code: codeOf(index) }] };
    const ended = await ask(port, 'POST', `${BASE}/flows/${flow.id}`, code, headers);
    if (ended.status === 503) {
      await wait(1000);
      continue;
    }
    if (JSON.parse(ended.text).flow?.status !== 'done') throw new Error(`the login is not done: ${ended.text}`);
    return busy;
  }
  throw new Error('the server stayed busy');
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
