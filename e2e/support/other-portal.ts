import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { AssertionRefusedError, createAssertionVerifier } from '@tweestap/server/assertion';
import { contentPolicy, type Site, serveElements, startSite } from './own-server.ts';

/** A portal with sessions of its own, on another origin than the server of Tweestap. */
export interface OtherPortal extends Site {
  /** The assertions that its pages have sent, in order. */
  assertions: string[];
}

/** The session of a browser in the portal. */
interface Session {
  nonce: string;
  user?: string;
}

const SCRIPT = `import '/elements/mfa-login.js';
document.querySelector('mfa-login').addEventListener('mfa-success', async (event) => {
  event.preventDefault();
  const reply = await fetch('/session', { method: 'POST', body: event.detail.assertion });
  if (reply.ok) location.assign('/');
  else document.title = await reply.text();
});`;

const html = (body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8" /><title>Portal</title>${body}</html>`;

/** How a portal is started. */
interface HowPortal {
  /** False: its developer has forgotten the nonce. Default: true. */
  nonce?: boolean;
  /** The origin of its pages, from the one at which it listens. Default: the same. */
  originOf?(own: string): string;
  /** Where the portal's server fetches the keys. Default: `login`. */
  keysAt?: string;
}

/** Starts the portal. `login` is the origin of the server of Tweestap. */
export async function startPortal(
  login: string,
  organisation: string,
  { nonce = true, originOf = (own) => own, keysAt = login }: HowPortal = {},
): Promise<OtherPortal> {
  const used = new DatabaseSync(':memory:');
  used.exec('create table used_assertions (jti text primary key, expires_at integer not null)');
  const insert = used.prepare('insert into used_assertions values (?, ?) on conflict do nothing');
  const sessions = new Map<string, Session>();
  const assertions: string[] = [];

  /** The session of the request's cookie, or a new one. */
  const sessionOf = (req: IncomingMessage, res: ServerResponse): Session => {
    const [, id = ''] = /portal=([\w-]+)/.exec(req.headers.cookie ?? '') ?? [];
    return sessions.get(id) ?? begin(res);
  };
  const begin = (res: ServerResponse, user?: string): Session => {
    const id = randomBytes(16).toString('base64url');
    const session = { nonce: randomBytes(16).toString('base64url'), ...(user === undefined ? {} : { user }) };
    sessions.set(id, session);
    res.setHeader('set-cookie', `portal=${id}; Path=/; HttpOnly; SameSite=Lax`);
    return session;
  };

  const logIn = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const assertion = await text(req);
    assertions.push(assertion);
    try {
      const claims = await verifier.verify(assertion, { nonce: sessionOf(req, res).nonce });
      begin(res, claims.username);
      res.writeHead(204).end();
    } catch (error) {
      if (!(error instanceof AssertionRefusedError)) throw error;
      res.writeHead(403).end(error.code);
    }
  };

  const site = await startSite((req, res) => {
    if (serveElements(req, res)) return;
    if (req.method === 'POST' && req.url === '/session') return void logIn(req, res);
    if (req.url === '/portal.js') return void res.setHeader('content-type', 'text/javascript').end(SCRIPT);
    const session = sessionOf(req, res);
    res.setHeader('content-type', 'text/html').setHeader('content-security-policy', contentPolicy(login));
    const attribute = nonce ? `assertion-nonce="${session.nonce}"` : '';
    const widget = `<mfa-login api="${login}/mfa/v1" organisation="${organisation}" ${attribute}></mfa-login>`;
    const page = `${widget}<script type="module" src="/portal.js"></script>`;
    res.end(html(session.user === undefined ? page : `<h1>Hello ${session.user}</h1>`));
  });
  const origin = originOf(site.origin);
  const verifier = createAssertionVerifier({
    ...{ issuer: login, audience: origin, jwks: `${keysAt}/mfa/v1/.well-known/jwks.json` },
    seen: async (jti, expiresAt) => insert.run(jti, expiresAt).changes === 0,
  });
  return { ...site, origin, assertions };
}
