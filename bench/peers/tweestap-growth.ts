import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import express from 'express';
import { listen } from '../lib/listen.ts';
import type { Peer } from '../lib/peer.ts';
import { BENCH_ADMINISTRATOR, BENCH_ORGANISATION, DATABASE, serveBench, tweestap } from './tweestap.ts';

/** The path that searches accounts as the help desk does. It takes `q`, the query, and returns the number of accounts. */
export const SEARCH_PATH = '/search';

/** Tweestap with a route for the search of the help desk. `total` is the number of accounts, each with an authenticator. */
function growthPeer(name: string, total: number): Peer {
  return {
    ...tweestap,
    name,
    async serve(setup) {
      const app = express();
      const port = await listen(createServer(app));
      const { router, admin } = await serveBench(setup, port);
      fill(join(setup.folder, DATABASE), Math.ceil(total / setup.accounts.length) - 1);
      app.use(express.json());
      app.post(SEARCH_PATH, async ({ body: { q } }, response) => {
        const { users } = await admin.search({ ...BENCH_ADMINISTRATOR, organisation: BENCH_ORGANISATION, query: q });
        response.json({ found: users.length });
      });
      app.use(router);
      return port;
    },
  };
}

export const tweestapSmall = growthPeer('Tweestap, only the accounts that log in', 0);
export const tweestapMillion = growthPeer('Tweestap, a million accounts', 1_000_000);

/**
 * Adds `copies` of each account and of its authenticator. An id begins with the time of creation, and a copy keeps this
 * part, so the accounts that log in are spread evenly over the tables and indexes.
 */
function fill(file: string, copies: number): void {
  if (copies < 1) return;
  const db = new DatabaseSync(file);
  db.exec('pragma busy_timeout = 60000; pragma synchronous = off; begin immediate');
  const copied = (id: string) => `substr(${id}, 1, 10) || printf('%012d', n)`;
  const insert = (table: string, changed: Readonly<Record<string, string>>) => {
    const columns = db
      .prepare('select name from pragma_table_info(?)')
      .all(table)
      .map(({ name }) => String(name));
    const values = columns.map((column) => changed[column] ?? `t.${column}`);
    db.exec(`with recursive counted(n) as (select 1 union all select n + 1 from counted where n < ${copies})
      insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from ${table} t, counted`);
  };
  insert('accounts', {
    id: copied('t.id'),
    username: "t.username || '-' || n",
    username_key: "t.username_key || '-' || n",
  });
  insert('factors', { id: copied('t.id'), account_id: copied('t.account_id') });
  db.exec('commit; pragma wal_checkpoint(truncate)');
  db.close();
}
