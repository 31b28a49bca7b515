import { createServer } from 'node:http';
import type { OrganisationInput } from '@tweestap/server';
import express from 'express';
import type { BenchAccount } from '../lib/accounts.ts';
import { drive } from '../lib/drive.ts';
import { expectStatus, get, post } from '../lib/http.ts';
import { listen } from '../lib/listen.ts';
import type { Peer, Setup, Ticket } from '../lib/peer.ts';
import { approval, assertion, coseKey, proof, publicJwk, userHandle } from '../lib/signing.ts';
import { readText, Texts } from '../lib/texts.ts';
import { BENCH_ADMINISTRATOR, BENCH_ORGANISATION, createBench, sendPassword } from './tweestap.ts';

/** Accounts that are added in parallel. */
const CONCURRENCY = 16;
const MANY = 1_000_000;

type Policy = NonNullable<OrganisationInput['policy']>;

/** Starts Tweestap with accounts that have one factor. */
async function serve(setup: Setup, policy: Policy, factor: (account: BenchAccount) => object): Promise<number> {
  const app = express();
  const texts = new Texts();
  texts.serve(app);
  const port = await listen(createServer(app));
  const sms = {
    async send({ to, text }: { to: string; text: string }) {
      texts.add(to, text);
      return undefined;
    },
    close: () => undefined,
  };
  const { router, admin } = await createBench(setup, port, { policy, sms });
  await drive(setup.accounts, CONCURRENCY, async (account) => {
    const { username, password } = account;
    const added = { ...BENCH_ADMINISTRATOR, organisation: BENCH_ORGANISATION, username, password, ...factor(account) };
    await admin.addUser(added as Parameters<typeof admin.addUser>[0]);
  });
  app.use(router);
  return port;
}

const originOf = (port: number): string => `http://localhost:${port}`;

/** Sends an input to a flow, which completes the login. */
async function complete(port: number, { id, token, cookie = '' }: Ticket, input: object): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, cookie };
  const response = expectStatus(await post(port, `/mfa/v1/flows/${id}`, { inputs: [input] }, headers), 200);
  if (JSON.parse(response.text).flow.status !== 'done')
    throw new Error(`expected a completed login, got ${response.text}`);
}

/** The second step is a code in a text message. The message is stored, sent and read. */
export const tweestapSms: Peer = {
  name: 'Tweestap, text message',
  serve(setup) {
    const perDay = { account: MANY, number: MANY, prefix: MANY, country: MANY, network: MANY, organisation: MANY };
    const policy = { methods: [{ method: 'sms' as const }], sms: { country: 'NL', perDay }, offerPasskeys: false };
    return serve(setup, policy, ({ phoneNumber }) => ({ phoneNumber }));
  },
  password: (port, account) => sendPassword(port, account, 'sms'),
  answer: (port, { phoneNumber }) => readText(port, phoneNumber),
  code: (port, ticket, code) => complete(port, ticket, { step: 'sms', code }),
};

const passkeys = (setup: Setup): Promise<number> =>
  serve(setup, { methods: [{ method: 'passkey' }] }, ({ key, credentialId }) => {
    const passkey = { credentialId, publicKey: coseKey(key), userHandle: userHandle(credentialId), rpId: 'localhost' };
    return { passkeys: [passkey] };
  });

const sign = async (port: number, { key, credentialId }: BenchAccount, { options = '' }: Ticket): Promise<string> =>
  JSON.stringify(assertion(key, credentialId, JSON.parse(options), originOf(port)));

/** The second step is a passkey. */
export const tweestapPasskey: Peer = {
  name: 'Tweestap, passkey',
  serve: passkeys,
  password: (port, account) => sendPassword(port, account, 'passkey'),
  answer: sign,
  code: (port, ticket, code) => complete(port, ticket, { step: 'passkey', credential: JSON.parse(code) }),
};

/** A passkey is the whole login, without a password. */
export const tweestapPasskeyAlone: Peer = {
  name: 'Tweestap, passkey alone',
  serve: passkeys,
  async password(port) {
    const inputs = [{ step: 'organisation', organisation: BENCH_ORGANISATION }];
    const response = expectStatus(await post(port, '/mfa/v1/flows', { kind: 'login', inputs }), 201);
    const { flow, token } = JSON.parse(response.text);
    const options = JSON.stringify(flow.step.passkey);
    return { id: flow.id, token, cookie: response.cookies.join('; '), options };
  },
  answer: sign,
  code: (port, ticket, code) =>
    complete(port, ticket, { step: 'username', action: 'passkey', credential: JSON.parse(code) }),
};

/** The second step is an approval on a phone. The phone reads the request and signs its answer, and the page asks for the result. */
export const tweestapPush: Peer = {
  name: 'Tweestap, approval on a phone',
  serve: (setup) =>
    serve(setup, { methods: [{ method: 'push' }] }, ({ key }) => ({ phones: [{ publicKey: publicJwk(key) }] })),
  password: (port, account) => sendPassword(port, account, 'push'),
  async answer(port, { key }, { number = '' }) {
    const path = '/mfa/v1/push/requests';
    const dpop = proof(key, 'GET', originOf(port) + path);
    const [request] = JSON.parse(expectStatus(await get(port, path, { dpop }), 200).text).requests;
    const to = `${path}/${request.id}`;
    const answer = approval(key, request, number);
    return JSON.stringify({ to, dpop: proof(key, 'POST', originOf(port) + to), answer });
  },
  async code(port, ticket, code) {
    const { to, dpop, answer } = JSON.parse(code);
    expectStatus(await post(port, to, { answer }, { dpop }), 200);
    await complete(port, ticket, { step: 'push', action: 'poll' });
  },
};
