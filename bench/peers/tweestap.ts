import { createServer } from 'node:http';
import { join } from 'node:path';
import { base32nopad } from '@scure/base';
import { createTweestap } from '@tweestap/server';
import express from 'express';
import { PARAMETERS } from '../lib/accounts.ts';
import { expectStatus, post } from '../lib/http.ts';
import { listen } from '../lib/listen.ts';
import type { Peer, Setup } from '../lib/peer.ts';

const ORGANISATION = 'bench';
const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

/** Tweestap mounted in Express as in the README, with all features: counters, audit, idempotency, policy. */
export const tweestap: Peer = {
  name: 'Tweestap',
  async serve(setup) {
    const app = express();
    const server = createServer(app);
    const port = await listen(server);
    const database = join(setup.folder, 'bench.db');
    const { router, admin } = await createTweestap({
      database,
      encryptionKeys: KEYS,
      baseUrl: `http://localhost:${port}`,
      organisations: [{ id: ORGANISATION, name: 'Bench', username: 'email' }],
      hasher: { parameters: PARAMETERS[setup.cost] },
      logLevel: 'warn',
    });
    await admin.importUsers({
      actor: { role: 'administrator', name: 'bench' },
      reason: 'benchmark',
      csv: usersFile(setup),
    });
    app.use(router);
    return port;
  },
  async password(port, { username, password }) {
    const inputs = [
      { step: 'organisation', organisation: ORGANISATION },
      { step: 'username', username },
      { step: 'password', password },
    ];
    const response = expectStatus(await post(port, '/mfa/v1/flows', { kind: 'login', inputs }), 201);
    const { flow, token, problem } = JSON.parse(response.text);
    if (flow.step.type !== 'totp')
      throw new Error(`expected the step totp, got ${flow.step.type}: ${JSON.stringify(problem)}`);
    return { id: flow.id, token, cookie: response.cookies.join('; ') };
  },
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
 * Returns an import file with passwords and TOTP secrets. It has no hashes, since imported hashes give every response a
 * minimum time.
 */
function usersFile({ accounts }: Setup): string {
  const rows = accounts.map(({ username, password, secret }) => {
    return [ORGANISATION, username, `"${password}"`, base32nopad.encode(Buffer.from(secret, 'utf8'))].join(',');
  });
  return ['organisation,username,password,totp_secret', ...rows].join('\n');
}
