import { createServer } from 'node:http';
import { join } from 'node:path';
import { createTweestap } from '@tweestap/server';
import express from 'express';
import { PARAMETERS } from '../lib/accounts.ts';
import { listen } from '../lib/listen.ts';
import type { Peer, Setup } from '../lib/peer.ts';
import { tweestap } from './tweestap.ts';

/** `plain` has only hashes made by Tweestap. `moved` also has imported hashes, so its responses take a minimum time. */
export const ORGANISATIONS = ['plain', 'moved'] as const;
/** The kinds of account of row 9. Usernames begin with the kind; there is no account for any other username. */
export const KINDS = ['own', 'disabled', 'dormant', 'imported'] as const;
export type Kind = (typeof KINDS)[number];

/** A bcrypt hash of cost 12, the highest that can be imported. It matches no password. */
const BCRYPT = '$2b$12$abcdefghijklmnopqrstuuCbi60gCydkWqy290.t2aE6sD/2a2fBO';
const BENCH_ADMINISTRATOR = { actor: { role: 'administrator', name: 'bench' } as const, reason: 'benchmark' };

/** Tweestap with accounts in every state, and without the limit on refusals for one address. */
export const tweestapRefusals: Peer = {
  ...tweestap,
  name: 'Tweestap, refusals',
  async serve(setup) {
    const app = express();
    const port = await listen(createServer(app));
    const { router, admin } = await createTweestap({
      database: join(setup.folder, 'bench.db'),
      encryptionKeys: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      baseUrl: `http://localhost:${port}`,
      organisations: ORGANISATIONS.map((id) => ({ id, name: id })),
      hasher: { parameters: PARAMETERS[setup.cost] },
      throttle: { failures: 1_000_000 },
      logLevel: 'warn',
    });
    for (const organisation of ORGANISATIONS) {
      await admin.importUsers({ ...BENCH_ADMINISTRATOR, csv: usersFile(organisation, setup) });
      for (const account of names('disabled', setup))
        await admin.disable({ ...BENCH_ADMINISTRATOR, organisation, account });
    }
    app.use(router);
    return port;
  },
};

const names = (kind: Kind, { accounts }: Setup): string[] =>
  accounts.map(({ username }) => username).filter((username) => username.startsWith(`${kind}-`));

function usersFile(organisation: (typeof ORGANISATIONS)[number], setup: Setup): string {
  const [first] = setup.accounts;
  const credentials: Readonly<Record<Kind, string>> = {
    own: `${first?.password},`,
    disabled: `${first?.password},`,
    dormant: ',',
    imported: `,${BCRYPT}`,
  };
  const kinds = KINDS.filter((kind) => organisation === 'moved' || kind !== 'imported');
  const rows = kinds.flatMap((kind) =>
    names(kind, setup).map((username) => `${organisation},${username},${credentials[kind]}`),
  );
  return ['organisation,username,password,password_hash', ...rows].join('\n');
}
