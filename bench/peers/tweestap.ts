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

/** Ours, as the README mounts it in Express, with everything on: counters, audit, idempotency, policy. */
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
    await admin.importPeople({
      actor: { role: 'administrator', name: 'bench' },
      reason: 'measuring',
      csv: peopleFile(setup),
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
    const answer = expectStatus(await post(port, '/mfa/v1/flows', { kind: 'login', inputs }), 201);
    const { flow, token, problem } = JSON.parse(answer.text);
    if (flow.step.type !== 'totp') throw new Error(`expected the code step: ${JSON.stringify(problem)}`);
    return { id: flow.id, token, cookie: answer.cookies.join('; ') };
  },
  async code(port, { id, token, cookie = '' }, code) {
    const headers = { authorization: `Bearer ${token}`, cookie };
    const answer = expectStatus(
      await post(port, `/mfa/v1/flows/${id}`, { inputs: [{ step: 'totp', code }] }, headers),
      200,
    );
    if (JSON.parse(answer.text).flow.status !== 'done') throw new Error(`the login is not done: ${answer.text}`);
  },
};

/**
 * A file of users with their passwords and secrets. Not with their hashes: those would count as foreign, and every answer would
 * wait until the floor.
 */
function peopleFile({ accounts }: Setup): string {
  const rows = accounts.map(({ username, password, secret }) => {
    return [ORGANISATION, username, `"${password}"`, base32nopad.encode(Buffer.from(secret, 'utf8'))].join(',');
  });
  return ['organisation,username,password,totp_secret', ...rows].join('\n');
}
