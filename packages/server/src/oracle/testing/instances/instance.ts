import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Accepts, createInputParser } from '@tweestap/protocol';
import webPush from 'web-push';
import { createPasswordHasher, type PasswordHasher } from '../../../accounts/password-hasher.ts';
import { type Admin, createAdmin } from '../../../admin/admin.ts';
import { keyCheck } from '../../../admin/operator/key-check.ts';
import { type Keyring, parseKeyring } from '../../../crypto/keyring.ts';
import { type Clock, systemRandom } from '../../../crypto/tokens.ts';
import { type CheckedDirectory, checkedDirectory, type Directory } from '../../../directory/directory.ts';
import type { Engine } from '../../../flow/context.ts';
import { createEngine } from '../../../flow/engine.ts';
import { createRegistry } from '../../../flow/rules/factor.ts';
import { builtIn, type Lists, simulatedTimer } from '../../../flow/testing/world.ts';
import { cookies } from '../../../http/cookies.ts';
import { createGates, type Gates } from '../../../http/gates.ts';
import { createHandler, type RequestHandler } from '../../../http/handler.ts';
import type { Route } from '../../../http/route-table.ts';
import { allRoutes } from '../../../http/routes/all-routes.ts';
import { createSecondStep, type SecondStep } from '../../../portal/second-step.ts';
import { createWaker } from '../../../push/web-push/waker.ts';
import { returnToCheck } from '../../../return-to.ts';
import { createClockGuard, type Monotonic } from '../../../runtime/clock-guard.ts';
import type { Database } from '../../../store/database.ts';
import { createHub } from '../../../waiting/hub.ts';
import { BASE_URL, LIMITED, PORTAL } from '../ledger/origins.ts';
import { Gate, gatedDatabase, gatedHasher } from './gate.ts';
import { type Door, httpDoor } from './http-door.ts';
import { portalPage } from './portal-page.ts';

/** The encryption keys of every instance. */
export const keyring: Keyring = parseKeyring(`oracle:${Buffer.alloc(32, 9).toString('base64')}`);
const MOUNT_PATH = '/mfa/v1';
/** The portals on other origins. The second one has no organisation that a walk knows. */
const portals = [{ origin: PORTAL }, { origin: LIMITED, organisations: ['nowhere'] }];
const vapidKeys = { subject: 'mailto:oracle@users.example', ...webPush.generateVAPIDKeys() };
/** Real hashing with cheap parameters: the oracle judges results, not times. */
const cheap = { parameters: { memory: 64, passes: 1, lanes: 1 }, concurrency: 4, queueLimit: 10_000 };

/** The parts of one process of the server, assembled in the same way as in `create.ts`. */
interface Parts {
  gate: Gate;
  engine: Engine;
  admin: Admin;
  http: RequestHandler;
  gates: Gates;
  routes: readonly Route[];
  secondStep: SecondStep;
}

interface Given {
  /** The steps and factors. Default: those of the server. */
  lists?: Lists;
  /** The schemas of inputs by step. Default: those of the protocol. */
  inputs?: Accepts['steps'];
  database: Database;
  clock: Clock;
  /** The users of a portal. Default: all accounts are in the database. */
  directory?: Directory | undefined;
  /** A clock that setting `clock` does not change. */
  monotonic: Monotonic;
}

/** One instance of the server on the loopback interface. */
export class Instance {
  /** Sends calls to the instance over HTTP. */
  readonly door: Door;
  private readonly lists: Lists;
  private readonly inputs: Accepts['steps'];
  private readonly database: Database;
  private readonly clock: Clock;
  private readonly monotonic: Monotonic;
  private readonly directory: CheckedDirectory | undefined;
  private readonly hasher: PasswordHasher = createPasswordHasher(cheap);
  private readonly server: Server;
  private parts: Parts;

  private constructor({ lists = builtIn, inputs, database, clock, monotonic, directory }: Given, server: Server) {
    this.directory = directory && checkedDirectory(directory);
    this.lists = lists;
    this.inputs = inputs;
    this.database = database;
    this.clock = clock;
    this.monotonic = monotonic;
    this.server = server;
    this.parts = this.assemble();
    server.on('request', (req, res) => {
      const [, client] = /^\/mfa\/v1\/page(?:\/(\w+))?$/.exec(req.url ?? '') ?? [];
      if (req.url?.startsWith(`${MOUNT_PATH}/portal/`)) void portalPage(this.parts.secondStep, req, res);
      else if (req.url?.startsWith(`${MOUNT_PATH}/page`)) this.page(client, req, res);
      else void this.parts.http.handler(req, res);
    });
    this.door = httpDoor(`http://127.0.0.1:${(server.address() as AddressInfo).port}${MOUNT_PATH}`);
  }

  /** Starts an instance that listens on a free port. */
  static async start(given: Given): Promise<Instance> {
    const server = createServer().listen(0, '127.0.0.1');
    // On a slow machine, the server could close an idle connection just before its next use, which would look like a fault.
    server.keepAliveTimeout = 0;
    await once(server, 'listening');
    return new Instance(given, server);
  }

  /** The barrier in its database and hasher, new after each restart. */
  get gate(): Gate {
    return this.parts.gate;
  }
  /** Its administration verbs. */
  get admin(): Admin {
    return this.parts.admin;
  }
  /** Its flow engine. */
  get engine(): Engine {
    return this.parts.engine;
  }
  /** Its HTTP routes. */
  get routes(): readonly Route[] {
    return this.parts.routes;
  }

  /** Discards everything in memory, as a killed and restarted process does. */
  restart(): void {
    this.parts = this.assemble();
  }

  /** Closes the port and all connections. */
  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** A page of the portal behind the guard of the server: for every user, or also for the sessions of one client (R94). */
  private page(client: string | undefined, req: IncomingMessage, res: ServerResponse): void {
    const clients = client === undefined ? [] : [client];
    this.parts.gates.requireSession({ clients, onMissing: 'problem' })(req, res, () => res.end('{}'));
  }

  private assemble(): Parts {
    const gate = new Gate();
    const database = gatedDatabase(this.database, gate);
    const hasher = gatedHasher(this.hasher, gate);
    const { clock, lists, directory } = this;
    const random = systemRandom;
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const clockGuard = createClockGuard({ clock, monotonic: this.monotonic, logger });
    const base = { database, keyring, clock, clockGuard, random, logger };
    const allowedReturnTo = returnToCheck({ read: database.read, clock, logger }, [BASE_URL]);
    const engine = createEngine({
      ...base,
      ...lists,
      directory,
      hasher,
      timer: simulatedTimer(),
      baseUrl: BASE_URL,
      allowedReturnTo,
    });
    // Each browser of the walk sends its own address.
    const addressOf = (hop: { headers: Readonly<Record<string, unknown>> }): string =>
      String(hop.headers['x-forwarded-for']);
    const methods = lists.factors.map(({ method }) => method);
    const parseInput = createInputParser({ methods, ...(this.inputs ? { steps: this.inputs } : {}) });
    const audience = BASE_URL + MOUNT_PATH;
    const registry = createRegistry(lists.factors);
    // Nothing wakes a phone here; subscriptions are stored.
    const waker = createWaker({ ...base, keys: vapidKeys, rules: {} });
    const push = { registry, baseUrl: BASE_URL, audiences: [audience], hub: createHub(), waker };
    const own = { directory, factors: lists.factors, parseInput, engine, cookies: cookies(false), addressOf };
    const deps = { ...base, ...own, audience, push };
    const routes = allRoutes(deps, {
      database,
      mountPath: MOUNT_PATH,
      baseUrl: BASE_URL,
      origins: [BASE_URL],
      clock: base.clock,
      isDraining: () => false,
      hasKeys: keyCheck(base),
    });
    const http = createHandler(deps, routes, { mountPath: MOUNT_PATH, secure: false, origins: [BASE_URL], portals });
    return {
      gate,
      engine,
      http,
      gates: createGates(deps, { secure: false, loginPage: '/login' }),
      routes,
      secondStep: createSecondStep(deps),
      admin: createAdmin({ ...base, directory, factors: lists.factors, hasher, baseUrl: BASE_URL }),
    };
  }
}
