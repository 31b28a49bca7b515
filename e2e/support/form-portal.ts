import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTweestap, type Tweestap } from '@tweestap/server';

/** A user of the portal's own table. */
interface PortalUser {
  id: string;
  login: string;
  password: string;
}

/** A portal with a login form of its own, which adds the second step by `beginFor` and `completed`, on plain node:http. */
export interface FormPortal {
  origin: string;
  tweestap: Tweestap;
  stop(): Promise<void>;
}

/** A session of the portal: a login that waits for its second step, or a user. */
interface PortalSession {
  pending?: { userId: string; flow: string };
  userId?: string;
}

const elements = dirname(fileURLToPath(import.meta.resolve('@tweestap/elements/mfa-login.js')));

/** The strict policy of R77. */
const POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types lit-html";

const page = (content: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Portal</title>${content}</html>`;

const FORM = page(`<h1>Portal</h1><form method="post" action="/log-in">
  <label>Name <input name="login" autocomplete="username"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <button>Log in</button></form>`);

const SECOND_STEP = page(`<script type="module" src="/elements/mfa-login.js"></script>
  <mfa-login second-step="/log-in" return-to="/finish"></mfa-login>`);

/** Starts a portal with these users on a free port, with the database in a folder. */
export async function startFormPortal(folder: string, users: readonly PortalUser[]): Promise<FormPortal> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const tweestap = await createTweestap({
    database: join(folder, 'portal.sqlite'),
    encryptionKeys: `main:${randomBytes(32).toString('base64')}`,
    baseUrl: origin,
    logLevel: 'error',
    mail: false,
    organisations: [{ id: 'portal', name: 'Portal', policy: { recoveryCodes: false } }],
  });
  const pages = pagesOf(tweestap, users);
  server.on('request', (req, res) => tweestap.router(req, res, () => void pages(req, res)));
  return {
    origin,
    tweestap,
    async stop() {
      server.close();
      server.closeAllConnections();
      await tweestap.close();
    },
  };
}

function pagesOf(tweestap: Tweestap, users: readonly PortalUser[]) {
  const sessions = new Map<string, PortalSession>();
  const open = (res: ServerResponse, session: PortalSession): void => {
    const id = randomBytes(16).toString('hex');
    sessions.set(id, session);
    res.appendHeader('Set-Cookie', `portal=${id}; Path=/; HttpOnly; SameSite=Lax`);
  };
  const logIn = async (req: IncomingMessage, res: ServerResponse): Promise<string> => {
    const given = new URLSearchParams(await textOf(req));
    const user = users.find(
      ({ login, password }) => login === given.get('login') && password === given.get('password'),
    );
    if (!user) return '/log-in';
    const own = { organisation: 'portal', user: { username: user.login } };
    const { flow, isDone } = await tweestap.beginFor(user.id, { ...own, request: req, response: res });
    open(res, { pending: { userId: user.id, flow } });
    return isDone ? '/finish' : '/second-step';
  };
  const finish = async (req: IncomingMessage, res: ServerResponse, { pending }: PortalSession): Promise<string> => {
    const login = pending && (await tweestap.completed(req, pending));
    if (!login) return '/log-in';
    open(res, { userId: login.userId });
    return '/';
  };
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = new URL(req.url ?? '/', 'http://portal').pathname;
    const session = sessions.get(/portal=(\w+)/.exec(req.headers.cookie ?? '')?.[1] ?? '') ?? {};
    const redirect = (to: string): void => void res.writeHead(303, { location: to }).end();
    const html = (text: string): void =>
      void res.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': POLICY }).end(text);
    if (path.startsWith('/elements/')) return sendFile(res, basename(path), path);
    if (path === '/log-in' && req.method === 'POST') return redirect(await logIn(req, res));
    if (path === '/log-in') return html(FORM);
    if (path === '/second-step') return html(SECOND_STEP);
    if (path === '/finish') return redirect(await finish(req, res, session));
    if (path === '/log-out') {
      session.userId = '';
      return redirect('/log-in');
    }
    html(page(session.userId ? `<h1>Welcome, user ${session.userId}</h1>` : '<h1>Please log in</h1>'));
  };
}

function sendFile(res: ServerResponse, name: string, path: string): void {
  const inner = path.slice('/elements/'.length, -name.length);
  res.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(join(elements, inner, name)));
}

async function textOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
