import type { IncomingMessage } from 'node:http';
import type { ParseInput } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import type { CheckedDirectory } from '../directory/directory.ts';
import type { Engine } from '../flow/context.ts';
import type { Factor, Registry } from '../flow/rules/factor.ts';
import type { Waker } from '../push/web-push/waker.ts';
import type { ClockGuard } from '../runtime/clock-guard.ts';
import type { Logger } from '../runtime/log.ts';
import type { DeliverySettings } from '../sms/gateway-settings.ts';
import type { Database } from '../store/database.ts';
import type { Hub } from '../waiting/hub.ts';
import { type Answer, HttpProblem } from './answer.ts';
import type { Cookies, Tokens } from './cookies.ts';
import type { OtherOrigin } from './cors.ts';

/** The parts of a request from which its client's address is determined; `IncomingMessage` of `node:http` has them. */
export interface Hop {
  /** The connection; without a remote address it is a Unix socket. */
  socket: { remoteAddress?: string | undefined };
  /** The headers of the request, in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The dependencies of the routes. */
export interface HttpDeps {
  /** The database, for reading and writing. */
  database: Database;
  /** The engine that runs flows. */
  engine: Engine;
  /** The list of factors (`factors/index.ts`). */
  factors: readonly Factor[];
  /** Parses an input by the steps and methods that this server supports. */
  parseInput: ParseInput;
  /** The encryption keys. */
  keyring: Keyring;
  /** The current time, in milliseconds. */
  clock: Clock;
  /** Detects a clock that was set back (R86). */
  clockGuard: ClockGuard;
  /** The source of random bytes. */
  random: Random;
  /** The log. */
  logger: Logger;
  /** How the SMS gateway signs its delivery reports; undefined if it sends none. */
  deliveries?: DeliverySettings | undefined;
  /** The users of the portal; undefined when all accounts are in the database. */
  directory?: CheckedDirectory | undefined;
  /** Reads and writes the cookies. */
  cookies: Cookies;
  /** The audience of client assertions: base URL and mount path (R94). */
  audience: string;
  /** Returns the address of the client of a request (R45). */
  addressOf(hop: Hop): string;
  /** What the routes of phones and waiting screens need. */
  push: PushParts;
}

/** What the routes of phones and waiting screens need. */
export interface PushParts {
  /** The factors of the server. */
  registry: Registry;
  /** The URL that links begin with, without a trailing slash (R33). */
  baseUrl: string;
  /** The addresses of the API: base URL or origin, and mount path. Proofs of possession are for one of them. */
  audiences: readonly string[];
  /** What waits for changes on this instance. */
  hub: Hub;
  /** Wakes phones; absent without VAPID keys. */
  waker?: Waker | undefined;
}

/** A request that may have passed a router which strips its mount path from `url` (Express, Connect). */
export type MountedRequest = IncomingMessage & { originalUrl?: string };

/** The target of a request below the mount path. */
export interface Target {
  /** The path, with a leading slash, or empty at the mount path itself. */
  path: string;
  /** The query string, without the question mark. */
  query: string;
}

/** The path at which browsers look for the origins that may use the passkeys of a host (WebAuthn L3 §5.11). */
export const RELATED_ORIGINS = '/.well-known/webauthn';

/**
 * Makes the function that returns the path below the mount path. It works if an outer router strips the mount path
 * (`app.use('/mfa/v1', router)`), if it does not (`app.use(router)`), and without an outer router. It returns undefined
 * for a path outside the mount path, except that of related origins, which is fixed by WebAuthn.
 */
export function targetReader(mountPath: string): (req: MountedRequest) => Target | undefined {
  return (req) => {
    const url = req.url ?? '/';
    if (url === RELATED_ORIGINS) return { path: RELATED_ORIGINS, query: '' };
    const below = belowMount(url, mountPath) ?? (isStripped(req, url) ? url : undefined);
    if (below === undefined) return undefined;
    const mark = below.indexOf('?');
    return mark < 0 ? { path: below, query: '' } : { path: below.slice(0, mark), query: below.slice(mark + 1) };
  };
}

function belowMount(url: string, mountPath: string): string | undefined {
  if (!url.startsWith(mountPath)) return undefined;
  const next = url[mountPath.length];
  return next === undefined || next === '/' || next === '?' ? url.slice(mountPath.length) : undefined;
}

function isStripped({ originalUrl }: MountedRequest, url: string): boolean {
  return originalUrl !== undefined && originalUrl.length > url.length && originalUrl.endsWith(url);
}

/** One request, as a route receives it. */
export interface Exchange {
  /** The request, for its method and headers. */
  req: IncomingMessage;
  /** The path below the mount path. */
  path: string;
  /** The segment of the path at the `:id` of the route, otherwise empty. */
  id: string;
  /** The query parameters that the route lists. */
  query: ReadonlyMap<string, string>;
  /**
   * The parsed body if the route expects one, its text if the route is one of signed texts, otherwise undefined. It has not
   * been checked against a schema.
   */
  body: unknown;
  /** The tokens of the cookies. For the page of a portal on another origin, only what its flows are bound to. */
  tokens: Tokens;
  /** The portal on another origin whose page sent the request. */
  otherOrigin?: OtherOrigin | undefined;
  /** The id of this request in the log and in problems (R84). */
  correlationId: string;
}

interface AnyRoute {
  /** The path below the mount path. Its last segment, or the one before it, may be `:id`. */
  path: string;
  /** The query parameters that the route reads. All others are refused. */
  query?: readonly string[];
  /** Whether a body is expected. `text`: it is not parsed, because a signature covers its exact text. */
  body?: true | 'text';
  /** Processes the request. @throws HttpProblem, AccountError, FlowError */
  handle(exchange: Exchange): Promise<Answer>;
}

/** A route that never changes anything (R75). */
interface ReadingRoute extends AnyRoute {
  method: 'GET';
}

/** A route that changes something. */
interface ChangingRoute extends AnyRoute {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * Refuses a body that violates its schema, a flow that does not belong to the token, or a missing session. It runs
   * before the `Idempotency-Key` of the request is stored (R93), and changes nothing of the account. `handle` repeats
   * the checks, and its result is decisive.
   * @throws HttpProblem, FlowError
   */
  check(exchange: Exchange): Promise<void>;
}

/** One entry of the route table. */
export type Route = ReadingRoute | ChangingRoute;

/** Whether a route may change something. Exactly these routes have a `check`. */
export const isChanging = (route: Route): route is ChangingRoute => route.method !== 'GET';

type FoundRoute = { route: Route; id: string };

/** The form of an id: base64url. Other texts can't be the id of a row, so they are not looked up. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Makes the function that finds the route of a method and a path. It returns undefined when no route has the path.
 * @throws HttpProblem `method-not-allowed`, with `Allow` (RFC 9110 §15.5.6)
 */
export function routeFinder(routes: readonly Route[]): (method: string, path: string) => FoundRoute | undefined {
  const table = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const methods = table.get(route.path) ?? new Map<string, Route>();
    methods.set(route.method, route);
    if (route.method === 'GET') methods.set('HEAD', route);
    table.set(route.path, methods);
  }
  const methodsAt = (path: string): [Map<string, Route> | undefined, string] => {
    const exact = table.get(path);
    if (exact) return [exact, ''];
    const segments = path.split('/');
    for (const at of [segments.length - 1, segments.length - 2]) {
      const id = segments[at] ?? '';
      const found = ID.test(id) ? table.get(segments.with(at, ':id').join('/')) : undefined;
      if (found) return [found, id];
    }
    return [undefined, ''];
  };
  return (method, path) => {
    const [methods, id] = methodsAt(path);
    if (!methods) return undefined;
    const route = methods.get(method);
    if (!route) throw new HttpProblem('method-not-allowed', { headers: ['Allow', [...methods.keys()].join(', ')] });
    return { route, id };
  };
}
