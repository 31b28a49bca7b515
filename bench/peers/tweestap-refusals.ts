import { createServer } from 'node:http';
import { join } from 'node:path';
import { createTweestap } from '@tweestap/server';
import express from 'express';
import { PARAMETERS } from '../lib/accounts.ts';
import { listen } from '../lib/listen.ts';
import type { Peer, Setup } from '../lib/peer.ts';
import { tweestap } from './tweestap.ts';

/** `plain` has own hashes only; `moved` has imported ones too, so that its answers wait until the floor. */
export const ORGANISATIONS = ['plain', 'moved'] as const;
/** The accounts of row 9: the beginning of a username says what its account is. Other names are unknown. */
export const KINDS = ['own', 'disabled', 'dormant', 'imported'] as const;
export type Kind = (typeof KINDS)[number];

/** bcrypt of cost 12, the costliest that can be imported. No password has it. */
const BCRYPT = '$2b$12$abcdefghijklmnopqrstuuCbi60gCydkWqy290.t2aE6sD/2a2fBO';
const WHO = { actor: { role: 'administrator', name: 'bench' } as const, reason: 'measuring' };

/** Ours with accounts of every state, and without the limit on refusals of one address. */
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
      await admin.importPeople({ ...WHO, csv: peopleFile(organisation, setup) });
      for (const account of names('disabled', setup)) await admin.disable({ ...WHO, organisation, account });
    }
    app.use(router);
    return port;
  },
};

const names = (kind: Kind, { accounts }: Setup): string[] =>
  accounts.map(({ username }) => username).filter((username) => username.startsWith(`${kind}-`));

function peopleFile(organisation: (typeof ORGANISATIONS)[number], setup: Setup): string {
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
