import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTweestap, type Tweestap } from '../../create.ts';
import type { TweestapOptions } from '../../options.ts';
import { type Fixture, type TestDatabase, testDatabases, testsOn } from '../../store/testing/databases.ts';
import { addUserWithCodes, cheapHashing, type TestUser } from '../../testing/users.ts';
import { Browser, type Reply } from './browser.ts';
import { encryptionKeys, keyring, organisations } from './organisations.ts';

/** A server on the loopback, with the means to talk to it. */
export interface TestServer {
  tweestap: Tweestap;
  server: Server;
  /** `http://127.0.0.1:port` */
  origin: string;
  /** With the mount path. */
  base: string;
  browser(): Browser;
  user(organisation: string, username: string, options?: { factor?: boolean }): Promise<TestUser>;
  stop(): Promise<void>;
}

/** What a test's logger was told. */
export function memoryLogger(): { lines: string[] } & NonNullable<TweestapOptions['logger']> {
  const lines: string[] = [];
  const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, debug: write, info: write, warn: write, error: write };
}

/** Starts a server on a fixture's database, under its clock; stopped by `stop`. */
export async function serve(fixture: Fixture, options: Partial<TweestapOptions> = {}): Promise<TestServer> {
  const tweestap = await createTweestap({
    database: fixture.address,
    encryptionKeys,
    baseUrl: 'http://localhost',
    organisations,
    hasher: cheapHashing,
    clock: fixture.clock,
    logger: memoryLogger(),
    ...options,
  });
  return await listen(fixture, tweestap, (req, res) => void tweestap.handler(req, res));
}

/** Listens on a free port of the loopback. */
export async function listen(fixture: Fixture, tweestap: Tweestap, listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browsers: Browser[] = [];
  return {
    tweestap,
    server,
    origin,
    base: origin + tweestap.mountPath,
    browser() {
      const browser = new Browser(origin + tweestap.mountPath);
      browsers.push(browser);
      return browser;
    },
    user: (organisation, username, how) => addUserWithCodes({ ...fixture, keyring }, organisation, username, how),
    async stop() {
      for (const browser of browsers) browser.close();
      server.close();
      server.closeAllConnections();
      await tweestap.close();
    },
  };
}

/** A flow as its client holds it. */
export interface HeldFlow {
  id: string;
  token: string;
  reply: Reply;
}

/** Starts a flow, with first inputs. */
export async function start(browser: Browser, kind = 'login', inputs?: object[]): Promise<HeldFlow> {
  const reply = await browser.post('/flows', { kind, ...(inputs?.length ? { inputs } : {}) });
  return { id: reply.body?.flow?.id, token: reply.body?.token, reply };
}

export const submit = (browser: Browser, { id, token }: HeldFlow, ...inputs: object[]): Promise<Reply> =>
  browser.post(`/flows/${id}`, { inputs }, { token });

/** The inputs of a person up to the password, or one of them. */
export const first = ({ organisation, username, password }: TestUser): object[] => [
  { step: 'organisation', organisation },
  { step: 'username', username },
  { step: 'password', password },
];

export const totp = (person: TestUser, steps = 0): object => ({ step: 'totp', code: person.code(steps) });

/** A flow that has come to the code. */
export const startToCode = (browser: Browser, person: TestUser): Promise<HeldFlow> =>
  start(browser, 'login', first(person));

/** A whole login. */
export async function login(browser: Browser, person: TestUser): Promise<Reply> {
  return await submit(browser, await startToCode(browser, person), totp(person));
}

export interface World {
  server: TestServer;
  fixture: Fixture;
  browser: Browser;
}

export type WorldTest = (world: World) => Promise<void>;

/** Registers a test that has a server and a browser, on the databases given (default: both). */
export function withServer(name: string, run: WorldTest, how: ServerTest = {}): void {
  for (const kind of how.databases ?? testDatabases) {
    testsOn(kind)(name, async (fixture) => {
      const server = await serve(fixture, how.options);
      try {
        await run({ server, fixture, browser: server.browser() });
      } finally {
        await server.stop();
      }
    });
  }
}

export interface ServerTest {
  databases?: readonly TestDatabase[];
  options?: Partial<TweestapOptions>;
}
