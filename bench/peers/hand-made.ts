import { createHash, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { verify } from '@node-rs/argon2';
import express from 'express';
import { inTransaction, openDurable } from '../lib/durable.ts';
import { expectStatus, post } from '../lib/http.ts';
import { listen } from '../lib/listen.ts';
import type { Peer, Setup } from '../lib/peer.ts';

/**
 * The minimum for the same task on Express: two routes, prepared statements, and one transaction that marks the code as used
 * and makes the session. It has no limits on guessing, no audit and no policy.
 */
export const handMade: Peer = {
  name: 'hand-made Express (bound)',
  serve: (setup) => listen(createServer(application(seeded(setup)))),
  async password(port, { username, password }) {
    const response = expectStatus(await post(port, '/password', { username, password }), 200);
    return { flow: JSON.parse(response.text).flow };
  },
  async code(port, { flow }, code) {
    expectStatus(await post(port, '/code', { flow, code }), 200);
  },
};

function seeded({ accounts, folder }: Setup): DatabaseSync {
  const database = openDurable(folder);
  database.exec(`
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, username TEXT UNIQUE, hash TEXT, secret TEXT, last_time_step INTEGER);
    CREATE TABLE flows (id TEXT PRIMARY KEY, account INTEGER, expires INTEGER);
    CREATE TABLE sessions (id TEXT PRIMARY KEY, account INTEGER, expires INTEGER);
  `);
  const insert = database.prepare('INSERT INTO accounts (username, hash, secret, last_time_step) VALUES (?, ?, ?, 0)');
  inTransaction(database, () => {
    for (const { username, hash, secret } of accounts) insert.run(username, hash, secret);
  });
  return database;
}

function application(database: DatabaseSync): express.Express {
  const findAccount = database.prepare('SELECT id, hash FROM accounts WHERE username = ?');
  const addFlow = database.prepare('INSERT INTO flows VALUES (?, ?, ?)');
  const findFlow = database.prepare(
    'SELECT account, secret, last_time_step FROM flows JOIN accounts ON accounts.id = account WHERE flows.id = ? AND expires > ?',
  );
  const spend = database.prepare('UPDATE accounts SET last_time_step = ? WHERE id = ? AND last_time_step < ?');
  const endFlow = database.prepare('DELETE FROM flows WHERE id = ?');
  const addSession = database.prepare('INSERT INTO sessions VALUES (?, ?, ?)');
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(express.json());
  app.post('/password', async (request, response) => {
    const account = findAccount.get(request.body.username);
    if (!account || !(await verify(String(account.hash), request.body.password))) return void response.sendStatus(422);
    const flow = token();
    addFlow.run(hashed(flow), Number(account.id), Date.now() + 900_000);
    response.json({ flow });
  });
  app.post('/code', (request, response) => {
    const flow = hashed(request.body.flow);
    const found = findFlow.get(flow, Date.now());
    const timeStep = found && matchingTimeStep(String(found.secret), request.body.code);
    if (!found || !timeStep || timeStep <= Number(found.last_time_step)) return void response.sendStatus(422);
    const session = token();
    inTransaction(database, () => {
      spend.run(timeStep, Number(found.account), timeStep);
      endFlow.run(flow);
      addSession.run(hashed(session), Number(found.account), Date.now() + 3_600_000);
    });
    response.cookie('session', session, { httpOnly: true, sameSite: 'lax' }).json({ ok: true });
  });
  return app;
}

function matchingTimeStep(secret: string, code: string): number {
  const key = createSecretKey(secret, 'utf8');
  const now = Math.floor(Date.now() / 30_000);
  const counter = Buffer.alloc(8);
  const matches = [now, now - 1].filter((timeStep) => {
    counter.writeBigUInt64BE(BigInt(timeStep));
    const digest = createHmac('sha1', key).update(counter).digest();
    return (digest.readUInt32BE(digest.readUInt8(19) & 15) & 0x7fffffff) % 1_000_000 === Number(code);
  });
  return matches[0] ?? 0;
}

const token = () => randomBytes(32).toString('base64url');
const hashed = (text: string) => createHash('sha256').update(text).digest('base64url');
