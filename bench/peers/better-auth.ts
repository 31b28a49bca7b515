import { createServer } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { hash, verify } from '@node-rs/argon2';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { symmetricEncrypt } from 'better-auth/crypto';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { twoFactor } from 'better-auth/plugins';
import express from 'express';
import type { BenchAccount } from '../lib/accounts.ts';
import { inTransaction, openDurable } from '../lib/durable.ts';
import { expectStatus, post } from '../lib/http.ts';
import { listen } from '../lib/listen.ts';
import type { Peer, Setup, Ticket } from '../lib/peer.ts';
import { readText, Texts } from '../lib/texts.ts';

const SECRET = 'a secret for the benchmark with more than 32 characters';

/** better-auth with its two-factor plugin, mounted in Express as in its documentation, with argon2id instead of scrypt. */
export const betterAuthPeer: Peer = {
  name: 'better-auth + two-factor',
  async serve(setup) {
    const app = express();
    const server = createServer(app);
    const port = await listen(server);
    const database = openDurable(setup.folder);
    const texts = new Texts();
    texts.serve(app);
    const options = optionsOf(database, port, texts);
    await (await getMigrations(options)).runMigrations();
    await seed(database, setup);
    app.all('/api/auth/{*any}', toNodeHandler(betterAuth(options)));
    return port;
  },
  password: signIn,
  async code(port, { cookie = '' }, code) {
    expectStatus(await post(port, '/api/auth/two-factor/verify-totp', { code }, { cookie }), 200);
  },
};

/** The same with a code that is sent to the user. */
export const betterAuthSent: Peer = {
  name: 'better-auth + two-factor, sent code',
  serve: betterAuthPeer.serve,
  async password(port, account) {
    const ticket = await signIn(port, account);
    expectStatus(await post(port, '/api/auth/two-factor/send-otp', {}, { cookie: ticket.cookie ?? '' }), 200);
    return ticket;
  },
  answer: (port, { username }) => readText(port, username),
  async code(port, { cookie = '' }, code) {
    expectStatus(await post(port, '/api/auth/two-factor/verify-otp', { code }, { cookie }), 200);
  },
};

async function signIn(port: number, { username, password }: BenchAccount): Promise<Ticket> {
  const body = { email: username, password };
  const { cookies } = expectStatus(await post(port, '/api/auth/sign-in/email', body), 200);
  return { cookie: cookies.filter((cookie) => !cookie.endsWith('=')).join('; ') };
}

function optionsOf(database: DatabaseSync, port: number, texts: Texts) {
  return {
    database,
    secret: SECRET,
    baseURL: `http://localhost:${port}`,
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      password: {
        hash: (password) => hash(password),
        verify: (given) => verify(given.hash, given.password),
      },
    },
    plugins: [twoFactor({ otpOptions: { sendOTP: ({ user, otp }) => texts.add(user.email, otp) } })],
  } satisfies BetterAuthOptions;
}

async function seed(database: DatabaseSync, { accounts }: Setup): Promise<void> {
  const now = new Date().toISOString();
  const user = database.prepare(
    'INSERT INTO user (id, name, email, emailVerified, createdAt, updatedAt, twoFactorEnabled) VALUES (?, ?, ?, 1, ?, ?, 1)',
  );
  const account = database.prepare(
    "INSERT INTO account (id, accountId, providerId, userId, password, createdAt, updatedAt) VALUES (?, ?, 'credential', ?, ?, ?, ?)",
  );
  const factor = database.prepare(
    'INSERT INTO twoFactor (id, secret, backupCodes, userId, verified, failedVerificationCount) VALUES (?, ?, ?, ?, 1, 0)',
  );
  const sealed = await Promise.all(accounts.map(({ secret }) => symmetricEncrypt({ key: SECRET, data: secret })));
  inTransaction(database, () => {
    for (const [index, { username, hash: stored }] of accounts.entries()) {
      const id = `user-${index}`;
      user.run(id, 'User', username, now, now);
      account.run(`account-${index}`, id, id, stored, now, now);
      factor.run(`factor-${index}`, sealed[index] ?? '', '', id);
    }
  });
}
