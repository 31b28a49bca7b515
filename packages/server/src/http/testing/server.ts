import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTweestap, type Tweestap } from '../../create.ts';
import type { TweestapOptions } from '../../options.ts';
import { givePhone } from '../../push/testing/give-phone.ts';
import {
  databasesFor,
  type Fixture,
  type TestDatabase,
  testDatabases,
  testsOn,
} from '../../store/testing/databases.ts';
import { addUserWithCodes, cheapHashing, type TestUser } from '../../testing/users.ts';
import { Browser, type Reply } from './browser.ts';
import { encryptionKeys, keyring, organisations } from './organisations.ts';

/** A server on the loopback interface, with helpers for tests. */
export interface TestServer {
  /** The instance under test. */
  tweestap: Tweestap;
  /** The HTTP server that listens. */
  server: Server;
  /** The origin, `http://127.0.0.1:port`. */
  origin: string;
  /** The origin with the mount path. */
  base: string;
  /** Makes a browser without cookies. */
  browser(): Browser;
  /** Creates a user with a password, recovery codes and, unless `factor` is false, an authenticator app. */
  user(organisation: string, username: string, options?: { factor?: boolean }): Promise<TestUser>;
  /** Links a phone to a user, without a flow. */
  phone(user: TestUser): ReturnType<typeof givePhone>;
  /** Stops the server and closes its browsers. */
  stop(): Promise<void>;
}

/** Makes a logger that keeps its lines in memory. */
export function memoryLogger(): { lines: string[] } & NonNullable<TweestapOptions['logger']> {
  const lines: string[] = [];
  const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, debug: write, info: write, warn: write, error: write };
}

/** Starts a server on the database and with the clock of a fixture. The caller stops it with `stop`. */
export async function serve(fixture: Fixture, options: Partial<TweestapOptions> = {}): Promise<TestServer> {
  const tweestap = await createTweestap({
    database: fixture.address,
    ...(fixture.schema === undefined ? {} : { schema: fixture.schema }),
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

/** Listens on a free port of the loopback interface. The result's `stop` also closes the instance. */
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
    phone: (user) => givePhone({ ...fixture, keyring }, user),
    async stop() {
      for (const browser of browsers) browser.close();
      server.close();
      server.closeAllConnections();
      await tweestap.close();
    },
  };
}

/** A flow as its client knows it. */
export interface HeldFlow {
  /** The id of the flow. */
  id: string;
  /** The token of the flow. */
  token: string;
  /** The response that contains the current step. */
  reply: Reply;
}

/** Starts a flow, optionally with its first inputs. */
export async function start(browser: Browser, kind = 'login', inputs?: object[]): Promise<HeldFlow> {
  const reply = await browser.post('/flows', { kind, ...(inputs?.length ? { inputs } : {}) });
  return { id: reply.body?.flow?.id, token: reply.body?.token, reply };
}

/** Submits inputs to a flow. */
export const submit = (browser: Browser, { id, token }: HeldFlow, ...inputs: object[]): Promise<Reply> =>
  browser.post(`/flows/${id}`, { inputs }, { token });

/** Returns the inputs of a login up to the password: organisation, username and password. */
export const first = ({ organisation, username, password }: TestUser): object[] => [
  { step: 'organisation', organisation },
  { step: 'username', username },
  { step: 'password', password },
];

/** Returns the input with the user's code, of the current time step or `steps` later. */
export const totp = (user: TestUser, steps = 0): object => ({ step: 'totp', code: user.code(steps) });

/** Starts a login and submits the inputs up to the password, so that the flow is at the code step. */
export const startToCode = (browser: Browser, user: TestUser): Promise<HeldFlow> =>
  start(browser, 'login', first(user));

/** Logs in with password and code, and returns the last response. */
export async function login(browser: Browser, user: TestUser): Promise<Reply> {
  return await submit(browser, await startToCode(browser, user), totp(user));
}

/** What a test of `withServer` receives. */
export interface World {
  /** The running server. */
  server: TestServer;
  /** The database and clock of the server. */
  fixture: Fixture;
  /** A browser without cookies. */
  browser: Browser;
}

/** The body of a test that has a server. */
export type WorldTest = (world: World) => Promise<void>;

/** Registers a test with a server and a browser on both kinds of database, for work that happens at the same time. */
export function withServerOnEach(name: string, run: WorldTest, how: ServerTest = {}): void {
  withServer(name, run, { databases: testDatabases, ...how });
}

/** Registers a test with a server and a browser. */
export function withServer(name: string, run: WorldTest, how: ServerTest = {}): void {
  for (const kind of how.databases ?? databasesFor(name)) {
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

/** The options of `withServer`. */
export interface ServerTest {
  /** The databases to run the test on. Default: those of `databasesFor`. */
  databases?: readonly TestDatabase[];
  /** The options of the server, in addition to the defaults of `serve`. */
  options?: Partial<TweestapOptions>;
}
