import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createTweestap, type Tweestap, type TweestapOptions } from '@tweestap/server';
import type { TestUser } from './users.ts';

const ELEMENTS = join(import.meta.dirname, '../../packages/elements/dist');

/** The policy of the pages, with which the elements must work (R77). `connect` is the origin of the API, if it is another one. */
export const contentPolicy = (connect = ''): string =>
  `default-src 'self'; connect-src 'self' ${connect}; object-src 'none'; base-uri 'none'; ` +
  "require-trusted-types-for 'script'; trusted-types lit-html";

/** Serves the files of the elements. Returns whether the request was for one. */
export function serveElements(req: IncomingMessage, res: ServerResponse): boolean {
  if (!req.url?.startsWith('/elements/')) return false;
  const path = req.url
    .slice('/elements/'.length)
    .split('/')
    .map((part) => basename(part))
    .join('/');
  res.setHeader('content-type', 'text/javascript');
  createReadStream(join(ELEMENTS, path))
    .on('error', () => res.writeHead(404).end())
    .pipe(res);
  return true;
}

/** An HTTP server on a free port of the loopback interface. */
export interface Site {
  origin: string;
  /** The port at which it listens. */
  port: number;
  close(): Promise<void>;
}

/** Starts an HTTP server. `answer` is called for each request. */
export async function startSite(answer: (req: IncomingMessage, res: ServerResponse) => void, port = 0): Promise<Site> {
  const server: Server = createServer(answer).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const listening = (server.address() as AddressInfo).port;
  return {
    origin: `http://localhost:${listening}`,
    port: listening,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A server of Tweestap with options of the test, on a database of its own. */
export interface OwnServer extends Site {
  tweestap: Tweestap;
  /** What it logged, a line for each. */
  log: string[];
  /** Adds a user. */
  addUser(user: TestUser, more?: { externalId?: string }): Promise<void>;
}

/** How a server is started. */
interface How {
  /** Default: a free port. */
  port?: number;
  /** Answers what is not of the API. Default: 404. */
  page?(req: IncomingMessage, res: ServerResponse, own: { tweestap: Tweestap }): void;
}

/** Starts a server. */
export async function startOwnServer(
  options: Pick<TweestapOptions, 'organisations' | 'portals'> & Partial<Pick<TweestapOptions, 'baseUrl'>>,
  { port, page = (_, res) => res.writeHead(404).end() }: How = {},
): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tweestap-own-'));
  const log: string[] = [];
  const write = (fields: object, message: string): void => void log.push(`${message} ${JSON.stringify(fields)}`);
  const site = await startSite((req, res) => {
    tweestap.router(req, res, () => page(req, res, { tweestap }));
  }, port);
  const tweestap = await createTweestap({
    ...{ database: join(folder, 'own.sqlite'), baseUrl: site.origin, mail: false },
    encryptionKeys: `e2e:${randomBytes(32).toString('base64')}`,
    logger: { debug: () => {}, info: write, warn: write, error: write },
    ...options,
  });
  return {
    ...{ tweestap, log, origin: site.origin, port: site.port },
    async addUser(user, more = {}) {
      const actor = { role: 'administrator', name: 'e2e' } as const;
      // The other system has the password of a user with an external id.
      const { password, ...rest } = user.request as { password?: string };
      const own = more.externalId === undefined ? { password } : more;
      await tweestap.admin.addUser({ actor, reason: 'a test', ...rest, ...own } as never);
    },
    async close() {
      await site.close();
      await tweestap.close();
      await rm(folder, { recursive: true });
    },
  };
}
