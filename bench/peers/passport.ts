import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { verify } from '@node-rs/argon2';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { Strategy as TotpStrategy } from 'passport-totp';
import { inTransaction, openDurable } from '../lib/durable.ts';
import { expectStatus, post } from '../lib/http.ts';
import { listen } from '../lib/listen.ts';
import type { Peer, Setup } from '../lib/peer.ts';

interface User extends Express.User {
  id: number;
  hash: string;
  secret: string;
}

/**
 * Express with passport, passport-local and passport-totp as in their documentation, with sessions in the same durable SQLite
 * database. passport-totp accepts codes of thirteen time steps, any number of times and without a limit on guessing.
 */
export const passportPeer: Peer = {
  name: 'Express + passport + passport-totp',
  serve: (setup) => listen(createServer(application(seeded(setup)))),
  async password(port, { username, password }) {
    const { cookies } = expectStatus(await post(port, '/login', { username, password }), 200);
    return { cookie: cookies.join('; ') };
  },
  async code(port, { cookie = '' }, code) {
    expectStatus(await post(port, '/totp', { code }, { cookie }), 200);
  },
};

function seeded({ accounts, folder }: Setup): DatabaseSync {
  const database = openDurable(folder);
  database.exec(`
    CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT UNIQUE, hash TEXT, secret TEXT);
    CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT, expires INTEGER);
  `);
  const insert = database.prepare('INSERT INTO users (username, hash, secret) VALUES (?, ?, ?)');
  inTransaction(database, () => {
    for (const { username, hash, secret } of accounts) insert.run(username, hash, secret);
  });
  return database;
}

function application(database: DatabaseSync): express.Express {
  usePassport(database);
  const app = express();
  app.use(express.json());
  const secret = randomBytes(32).toString('hex');
  app.use(session({ secret, resave: false, saveUninitialized: false, store: new SqliteStore(database) }));
  app.use(passport.session());
  app.post('/login', passport.authenticate('local'), (_request, response) => void response.json({ next: 'totp' }));
  app.post('/totp', passport.authenticate('totp'), (request, response) => {
    Object.assign(request.session, { secondFactor: 'totp' });
    response.json({ ok: true });
  });
  return app;
}

function usePassport(database: DatabaseSync): void {
  const byName = database.prepare('SELECT id, hash, secret FROM users WHERE username = ?');
  const byId = database.prepare('SELECT id, hash, secret FROM users WHERE id = ?');
  passport.use(
    new LocalStrategy((username, password, done) => {
      const user = byName.get(username) as User | undefined;
      if (!user) return done(null, false);
      verify(user.hash, password).then((ok) => done(null, ok ? user : false), done);
    }),
  );
  passport.use(new TotpStrategy((user, done) => done(null, (user as User).secret, 30)));
  passport.serializeUser((user, done) => done(null, (user as User).id));
  passport.deserializeUser((id, done) => done(null, byId.get(Number(id)) as User | undefined));
}

/** A store for express-session on the same database. It does the same as published SQLite stores, without their dependencies. */
class SqliteStore extends session.Store {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    super();
    this.#database = database;
  }

  override get(id: string, done: (error: unknown, data?: session.SessionData | null) => void): void {
    const row = this.#database.prepare('SELECT data FROM sessions WHERE id = ? AND expires > ?').get(id, Date.now());
    done(null, row ? JSON.parse(String(row.data)) : null);
  }

  override set(id: string, data: session.SessionData, done?: (error?: unknown) => void): void {
    const statement = this.#database.prepare('INSERT OR REPLACE INTO sessions VALUES (?, ?, ?)');
    statement.run(id, JSON.stringify(data), Date.now() + 3_600_000);
    done?.();
  }

  override destroy(id: string, done?: (error?: unknown) => void): void {
    this.#database.prepare('DELETE FROM sessions WHERE id = ?').run(id);
    done?.();
  }
}
