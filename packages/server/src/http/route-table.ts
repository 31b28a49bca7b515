import type { IncomingMessage } from 'node:http';
import type { ParseInput } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import type { Engine } from '../flow/context.ts';
import type { Factor } from '../flow/rules/factor.ts';
import type { ClockGuard } from '../runtime/clock-guard.ts';
import type { Logger } from '../runtime/log.ts';
import type { Database } from '../store/database.ts';
import { type Answer, HttpProblem } from './answer.ts';
import type { Cookies, Tokens } from './cookies.ts';

/** The parts of a request that tell where it comes from; `node:http`'s IncomingMessage has them. */
export interface Hop {
  socket: { remoteAddress?: string | undefined };
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What the routes work with. */
export interface HttpDeps {
  database: Database;
  engine: Engine;
  /** The list of factors (`factors/index.ts`). */
  factors: readonly Factor[];
  /** Parses an input by the lists of steps and methods of this server. */
  parseInput: ParseInput;
  keyring: Keyring;
  clock: Clock;
  clockGuard: ClockGuard;
  random: Random;
  logger: Logger;
  cookies: Cookies;
  addressOf(hop: Hop): string;
}

/** A request as a router that strips its mount path (Express, Connect) leaves it. */
export type MountedRequest = IncomingMessage & { originalUrl?: string };

/** Where a request goes below our mount path. */
export interface Target {
  /** With a leading slash, or empty at the mount path itself. */
  path: string;
  /** Without the question mark. */
  query: string;
}

/**
 * Makes the function that finds the path below the mount path, whether the router above stripped it (`app.use('/mfa/v1',
 * router)`), only passed it on (`app.use(router)`), or there is none. Undefined: the request is not for us.
 */
export function targetReader(mountPath: string): (req: MountedRequest) => Target | undefined {
  return (req) => {
    const url = req.url ?? '/';
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

/** One request on its way through a route. */
export interface Exchange {
  req: IncomingMessage;
  /** The last segment of the path where the route has `:id`, else empty. */
  id: string;
  /** The query's parameters that the route names; each at most once. */
  query: ReadonlyMap<string, string>;
  /** The parsed body where the route expects one. Not yet checked against any schema. */
  body: unknown;
  /** The tokens of our cookies. */
  tokens: Tokens;
  correlationId: string;
}

interface AnyRoute {
  /** Below the mount path; its last segment may be `:id`. */
  path: string;
  /** Query parameters that it reads. All others are refused. */
  query?: readonly string[];
  /** Whether a body is expected. */
  body?: true;
  handle(exchange: Exchange): Promise<Answer>;
}

/** A route that never changes anything (R75). */
interface ReadingRoute extends AnyRoute {
  method: 'GET';
}

/** A route that changes something. */
interface ChangingRoute extends AnyRoute {
  method: 'POST' | 'PATCH' | 'DELETE';
  /**
   * Refuses what needs no change to be refused: a body against its schema, a flow that the token doesn't open, a session
   * that is not there. It runs before anything is stored for the request (R93), and changes nothing. `handle` checks again:
   * it decides.
   * @throws HttpProblem, FlowError
   */
  check(exchange: Exchange): Promise<void>;
}

/** One line of the table of routes. */
export type Route = ReadingRoute | ChangingRoute;

/** Whether a route may change something: then it has a check, and only then. */
export const isChanging = (route: Route): route is ChangingRoute => route.method !== 'GET';

type FoundRoute = { route: Route; id: string };

/** Ids of ours: a row's id, base64url. Anything else can't exist and is not worth a query. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Makes the look-up. It answers undefined where no path fits.
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
    const slash = path.lastIndexOf('/');
    const id = path.slice(slash + 1);
    return [ID.test(id) ? table.get(`${path.slice(0, slash)}/:id`) : undefined, id];
  };
  return (method, path) => {
    const [methods, id] = methodsAt(path);
    if (!methods) return undefined;
    const route = methods.get(method);
    if (!route) throw new HttpProblem('method-not-allowed', { headers: ['Allow', [...methods.keys()].join(', ')] });
    return { route, id };
  };
}
