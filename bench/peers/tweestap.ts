import { createServer } from 'node:http';
import { join } from 'node:path';
import { base32nopad } from '@scure/base';
import { createTweestap, type OrganisationInput, type Tweestap, type TweestapOptions } from '@tweestap/server';
import express from 'express';
import { type BenchAccount, PARAMETERS } from '../lib/accounts.ts';
import { expectStatus, post } from '../lib/http.ts';
import { listen } from '../lib/listen.ts';
import type { Peer, Setup, Ticket } from '../lib/peer.ts';

const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

/** The organisation of all accounts. */
export const BENCH_ORGANISATION = 'bench';
export const BENCH_ADMINISTRATOR = { actor: { role: 'administrator', name: 'bench' } as const, reason: 'benchmark' };

/** The name of the database file in the folder of the measurement. */
export const DATABASE = 'bench.db';

/** Creates Tweestap for the port, without accounts. */
export async function createBench(
  setup: Setup,
  port: number,
  { policy, sms }: { policy?: OrganisationInput['policy']; sms?: TweestapOptions['sms'] } = {},
): Promise<Tweestap> {
  return await createTweestap({
    database: join(setup.folder, DATABASE),
    encryptionKeys: KEYS,
    baseUrl: `http://localhost:${port}`,
    organisations: [{ id: BENCH_ORGANISATION, name: 'Bench', username: 'email', ...(policy ? { policy } : {}) }],
    hasher: { parameters: PARAMETERS[setup.cost] },
    logLevel: 'warn',
    ...(sms ? { sms } : {}),
  });
}

/** Creates Tweestap for the port, with the accounts of the measurement. */
export async function serveBench(setup: Setup, port: number): Promise<Tweestap> {
  const served = await createBench(setup, port);
  await served.admin.importUsers({ ...BENCH_ADMINISTRATOR, csv: usersFile(setup) });
  return served;
}

/** Tweestap mounted in Express as in the README, with all features: counters, audit, idempotency, policy. */
export const tweestap: Peer = {
  name: 'Tweestap',
  async serve(setup) {
    const app = express();
    const port = await listen(createServer(app));
    const { router } = await serveBench(setup, port);
    app.use(router);
    return port;
  },
  password: (port, account) => sendPassword(port, account, 'totp'),
  async code(port, { id, token, cookie = '' }, code) {
    const headers = { authorization: `Bearer ${token}`, cookie };
    const response = expectStatus(
      await post(port, `/mfa/v1/flows/${id}`, { inputs: [{ step: 'totp', code }] }, headers),
      200,
    );
    if (JSON.parse(response.text).flow.status !== 'done')
      throw new Error(`expected a completed login, got ${response.text}`);
  },
};

/**
 * Sends organisation, username and password, which lead to the step.
 * @throws Error if they lead elsewhere
 */
export async function sendPassword(port: number, { username, password }: BenchAccount, step: string): Promise<Ticket> {
  const inputs = [
    { step: 'organisation', organisation: BENCH_ORGANISATION },
    { step: 'username', username },
    { step: 'password', password },
  ];
  const response = expectStatus(await post(port, '/mfa/v1/flows', { kind: 'login', inputs }), 201);
  const { flow, token, problem } = JSON.parse(response.text);
  if (flow.step.type !== step)
    throw new Error(`expected the step ${step}, got ${flow.step.type}: ${JSON.stringify(problem)}`);
  const { number = '', options } = flow.step;
  return { id: flow.id, token, cookie: response.cookies.join('; '), number, options: JSON.stringify(options ?? null) };
}

/**
 * Returns an import file with passwords and TOTP secrets. It has no hashes, since imported hashes give every response a
 * minimum time.
 */
function usersFile({ accounts }: Setup): string {
  const rows = accounts.map(({ username, password, secret }) => {
    return [BENCH_ORGANISATION, username, `"${password}"`, base32nopad.encode(Buffer.from(secret, 'utf8'))].join(',');
  });
  return ['organisation,username,password,totp_secret', ...rows].join('\n');
}
