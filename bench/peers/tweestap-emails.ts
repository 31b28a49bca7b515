import { createServer } from 'node:http';
import { join } from 'node:path';
import { createTweestap } from '@tweestap/server';
import express from 'express';
import { PARAMETERS } from '../lib/accounts.ts';
import { listen } from '../lib/listen.ts';
import type { Peer } from '../lib/peer.ts';
import { BENCH_ADMINISTRATOR, tweestap } from './tweestap.ts';

/** The kinds of account of row 10. Usernames begin with the kind; there is no account for any other username. */
export const EMAIL_KINDS = ['active', 'disabled', 'dormant'] as const;
export const EMAIL_ORGANISATION = 'mails';

/** Returns the stored address of a username. */
export const addressOf = (username: string): string => `${username}@bench.example`;

/** Tweestap with accounts in every state, and without the limit on requests from one address. */
export const tweestapEmails: Peer = {
  ...tweestap,
  name: 'Tweestap, requests for emails',
  async serve({ accounts, folder, cost }) {
    const app = express();
    const port = await listen(createServer(app));
    const { router, admin } = await createTweestap({
      database: join(folder, 'bench.db'),
      encryptionKeys: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      baseUrl: `http://localhost:${port}`,
      organisations: [{ id: EMAIL_ORGANISATION, name: 'Mails' }],
      hasher: { parameters: PARAMETERS[cost] },
      throttle: { failures: 1_000_000 },
      logLevel: 'warn',
    });
    const rows = accounts.map(({ username, password }) => {
      const typed = username.startsWith('dormant-') ? '' : password;
      return `${EMAIL_ORGANISATION},${username},${addressOf(username)},${typed}`;
    });
    await admin.importUsers({
      ...BENCH_ADMINISTRATOR,
      csv: ['organisation,username,email,password', ...rows].join('\n'),
    });
    for (const { username: account } of accounts.filter(({ username }) => username.startsWith('disabled-'))) {
      await admin.disable({ ...BENCH_ADMINISTRATOR, organisation: EMAIL_ORGANISATION, account });
    }
    app.use(router);
    return port;
  },
};
