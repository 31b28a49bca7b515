import { createServer } from 'node:http';
import { join } from 'node:path';
import { createTweestap } from '@tweestap/server';
import express from 'express';
import { PARAMETERS } from '../lib/accounts.ts';
import { listen } from '../lib/listen.ts';
import type { Peer } from '../lib/peer.ts';
import { tweestap } from './tweestap.ts';

/** The accounts of row 10: the beginning of a username is the kind of account. Other names are unknown. */
export const MAIL_KINDS = ['active', 'disabled', 'dormant'] as const;
export const MAIL_ORGANISATION = 'mails';
const WHO = { actor: { role: 'administrator', name: 'bench' } as const, reason: 'measuring' };

/** The stored address of a username. */
export const addressOf = (username: string): string => `${username}@bench.example`;

/** Ours with accounts of every state, and without the limit on requests of one address. */
export const tweestapMails: Peer = {
  ...tweestap,
  name: 'Tweestap, requests for mails',
  async serve({ accounts, folder, cost }) {
    const app = express();
    const port = await listen(createServer(app));
    const { router, admin } = await createTweestap({
      database: join(folder, 'bench.db'),
      encryptionKeys: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      baseUrl: `http://localhost:${port}`,
      organisations: [{ id: MAIL_ORGANISATION, name: 'Mails' }],
      hasher: { parameters: PARAMETERS[cost] },
      throttle: { failures: 1_000_000 },
      logLevel: 'warn',
    });
    const rows = accounts.map(({ username, password }) => {
      const typed = username.startsWith('dormant-') ? '' : password;
      return `${MAIL_ORGANISATION},${username},${addressOf(username)},${typed}`;
    });
    await admin.importPeople({ ...WHO, csv: ['organisation,username,email,password', ...rows].join('\n') });
    for (const { username: account } of accounts.filter(({ username }) => username.startsWith('disabled-'))) {
      await admin.disable({ ...WHO, organisation: MAIL_ORGANISATION, account });
    }
    app.use(router);
    return port;
  },
};
