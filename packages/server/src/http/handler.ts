import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../crypto/tokens.ts';
import { newId } from '../crypto/tokens.ts';
import { withRequest } from '../events/current-request.ts';
import { type Logger, onceEach } from '../runtime/log.ts';
import { createAdmission } from '../runtime/pace.ts';
import { withRequestBudget } from '../store/budget.ts';
import { type Answer, answerOf, answerSender, HttpProblem, malformed } from './answer.ts';
import { readJson, readJsonText, readQuery, refuseBody } from './body.ts';
import { type Cors, createCors, type OtherOrigin, originBinding } from './cors.ts';
import { failureAnswer } from './failure.ts';
import { type AnyRequest, type AnyResponse, type Next, rawRequest, takeResponse } from './frameworks.ts';
import { createIdempotency, type Repeatable } from './idempotency.ts';
import {
  type Exchange,
  type HttpDeps,
  isChanging,
  type Route,
  routeFinder,
  type Target,
  targetReader,
} from './route-table.ts';

/** The settings of the HTTP handler. */
export interface HandlerSettings {
  /** The path below which the routes are served, for example `/mfa/v1`. */
  mountPath: string;
  /** Whether the base URL is https. */
  secure: boolean;
  /** The serialised origins from which changing requests are allowed. */
  origins: readonly string[];
  /** The portals on other origins. Default: none. */
  portals?: readonly OtherOrigin[];
}

/** Serves the routes. */
export interface RequestHandler {
  /**
   * For `node:http` and frameworks that expose its request and response. A path that is not below the mount path gets
   * 404. The promise resolves when the response has been passed to the socket, and never rejects.
   */
  handler(req: AnyRequest, res: AnyResponse): Promise<void>;
  /**
   * For Express (`app.use(router)`), Fastify (`app.addHook('onRequest', router)`) and other frameworks with middleware. A
   * path that is not below the mount path is passed to `next`.
   */
  router(req: AnyRequest, res: AnyResponse, next: Next): void;
  /**
   * Refuses new requests with `busy`, and resolves when the running ones are finished or after `timeoutMs`
   * milliseconds.
   */
  drain(timeoutMs: number): Promise<void>;
  /** Whether `drain` was called. */
  readonly isDraining: boolean;
}

/** Assembles the HTTP layer: the route table, the checks before it, and the conversion of errors to problems. */
export function createHandler(deps: HttpDeps, routes: readonly Route[], settings: HandlerSettings): RequestHandler {
  const { random, logger, clockGuard } = deps;
  const targetOf = targetReader(settings.mountPath);
  const send = answerSender(settings.secure);
  const cors = createCors(settings.portals ?? []);
  const respond = responder(deps, routes, { ...settings, cors });
  const gate = drainGate();
  const isDebug = logger.isLevelEnabled?.('debug') ?? false;

  const serve = async (req: IncomingMessage, res: ServerResponse, target: Target | undefined): Promise<void> => {
    const correlationId = newId(random);
    const startedAt = isDebug ? performance.now() : 0;
    gate.enter();
    cors.apply(req, res, target?.path ?? '');
    try {
      if (gate.isDraining && !target?.path.startsWith('/health/')) throw stopping();
      // R86: with a clock that was set back, expired sessions, links and codes would become valid again.
      if (clockGuard.isBehind() && target?.path !== '/health/live') throw clockBehind();
      const answer = await withRequest(req, () => withRequestBudget(() => respond(req, target, correlationId)));
      if (answer) send(res, answer);
      else res.destroy();
    } catch (error) {
      const answer = failureAnswer(error, correlationId, logger);
      if (answer && !res.headersSent) send(res, answer);
      else res.destroy();
    } finally {
      gate.leave();
      if (isDebug) {
        // The path is logged without its ids, which belong to a user (R25).
        const path = target?.path.replace(/\/[\w-]{22,}/g, '/:id').slice(0, 60);
        const ms = Math.round(performance.now() - startedAt);
        logger.debug({ correlationId, method: req.method, path, status: res.statusCode, ms }, 'answered');
      }
    }
  };

  return {
    handler(req, res) {
      const raw = rawRequest(req);
      return serve(raw, takeResponse(res), targetOf(raw));
    },
    router(req, res, next) {
      const raw = rawRequest(req);
      const target = targetOf(raw);
      if (target === undefined) next();
      else void serve(raw, takeResponse(res), target);
    },
    drain: gate.drain,
    get isDraining() {
      return gate.isDraining;
    },
  };
}

const stopping = (): HttpProblem =>
  new HttpProblem('busy', { detail: 'The server is shutting down.', headers: ['Connection', 'close'] });

/** Seconds in `Retry-After` while the clock is behind; it may take longer to catch up. */
const CLOCK_RETRY = 5;

/** Makes the `503 busy` that is sent while the clock of the process is behind an earlier reading of it (R86). */
export const clockBehind = (): HttpProblem =>
  new HttpProblem('busy', { detail: 'The clock of the server was set back.', retryAfter: CLOCK_RETRY });

type Respond = (req: IncomingMessage, target: Target | undefined, correlationId: string) => Promise<Answer | undefined>;

function responder(
  deps: HttpDeps,
  routes: readonly Route[],
  { origins, cors }: HandlerSettings & { cors: Cors },
): Respond {
  const { cookies, logger } = deps;
  const find = routeFinder(routes);
  const isAllowed = originCheck(origins);
  const reportOrigin = originReport(origins, deps);
  const repeatable = createIdempotency(deps);
  const admitted = createAdmission();

  return async (req, target, correlationId) => {
    const preflight = target && cors.preflight(req, target.path, () => reportOrigin(req.headers, correlationId));
    if (preflight) return preflight;
    const found = target && find(req.method ?? '', target.path);
    if (!target || !found) throw new HttpProblem('not-found');
    const { route, id } = found;
    // R75: the origin is checked before the body is read and before any query.
    const otherOrigin = cors.portalOf(req.headers, target.path);
    if (isChanging(route) && !otherOrigin && !isAllowed(req.headers)) {
      throw new HttpProblem('cross-site', { detail: reportOrigin(req.headers, correlationId) });
    }
    const query = readQuery(target.query, route.query);
    if (!route.body) refuseBody(req);
    const body = route.body === 'text' ? await readJsonText(req) : route.body ? await readJson(req) : undefined;
    // Health checks do not queue behind requests that arrive in a burst.
    if (!target.path.startsWith('/health/')) await admitted();
    const exchange = {
      req,
      path: target.path,
      id,
      query,
      body,
      // A portal's requests have no cookies; its flows are bound to its origin instead.
      tokens: otherOrigin ? { flow: originBinding(otherOrigin) } : cookies.read(req.headers.cookie),
      otherOrigin,
      correlationId,
    };
    const key = req.headers['idempotency-key'];
    if (key === undefined || !isChanging(route)) return await route.handle(exchange);
    if (typeof key !== 'string') throw malformed('Idempotency-Key', 'one value');
    const check = (): Promise<void> => route.check(exchange);
    const owner = ownerOf(deps, exchange, `${route.method} ${target.path}`);
    const repeat = { header: key, body, address: deps.addressOf(req), check, ...owner };
    return await repeatable(repeat, async () => {
      try {
        return await route.handle(exchange);
      } catch (error) {
        const answer = failureAnswer(error, correlationId, logger);
        return answer ?? answerOf(new HttpProblem('busy'), correlationId);
      }
    });
  };
}

/**
 * Returns what an `Idempotency-Key` is bound to. For a request to a flow, this is the flow token and the flow cookie;
 * for a request to an account, the session. The start of a flow has neither: it is identified by its address, its user
 * agent and the flow cookie, which the response to the first request may have set.
 */
function ownerOf(
  { addressOf, cookies }: HttpDeps,
  { req, id, tokens }: Exchange,
  request: string,
): Pick<Repeatable, 'scope' | 'browser'> {
  const { authorization = '', dpop, 'user-agent': agent = '' } = req.headers;
  // A repeated request has the same proof, byte for byte. With another proof it is another request.
  if (typeof dpop === 'string') return { scope: [request, dpop] };
  // The end of a flow sets a new session cookie. The browser whose response was lost must still match, so the session
  // is not part of the scope.
  if (id !== '' && authorization !== '') return { scope: [request, authorization, tokens.flow ?? ''] };
  if (request !== 'POST /flows') return { scope: [request, tokens.session ?? ''] };
  const prefix = `${cookies.names.flow}=`;
  const given = (answer: Answer): string | undefined =>
    answer.cookies?.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length, prefix.length + 43);
  return { scope: [request, addressOf(req), agent], browser: { token: tokens.flow, given } };
}

/** Counts the running requests, so that shutting down can wait for them. */
function drainGate() {
  let running = 0;
  let isDraining = false;
  let onIdle: (() => void) | undefined;
  return {
    enter() {
      running += 1;
    },
    leave() {
      running -= 1;
      if (running === 0) onIdle?.();
    },
    get isDraining() {
      return isDraining;
    },
    async drain(timeoutMs: number): Promise<void> {
      isDraining = true;
      if (running === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}

/** The headers in which a browser states the origin of a request. */
export interface OriginHeaders {
  /** The serialised origin of the page that sent the request. */
  origin?: string | undefined;
  /** How that origin relates to the target: `same-origin`, `same-site`, `cross-site` or `none`. */
  'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Makes the check of R75: whether a changing request is from an allowed origin. A browser sends `Sec-Fetch-Site`, or
 * `Origin` with every method except GET and HEAD, and a page can neither set nor remove them. A client that sends
 * neither is not a browser, so its request carries no cookies of another user.
 * @param origins serialised origins, including that of the base URL
 */
export function originCheck(origins: readonly string[]): (headers: OriginHeaders) => boolean {
  const allowed = new Set(origins);
  return (headers) => {
    const site = headers['sec-fetch-site'];
    // Fetch Metadata §2.4: `none` means that the user made the request (address bar, bookmark), never a page.
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
    // This also refuses `Origin: null`, which sandboxed frames and redirects across several sites send.
    return headers.origin === undefined || allowed.has(headers.origin);
  };
}

const MINUTE = 60_000;
/**
 * Characters that are logged, at most. A serialised origin is a scheme, a host of at most 253 characters and a port.
 */
const MAX_ORIGIN = 300;

/** A serialised origin, or the text `null`. Any other text is not repeated. */
const ORIGIN = /^(?:[a-z][a-z0-9+.-]*:\/\/[a-z0-9.[\]:-]+|null)$/i;

/**
 * Makes the function that returns why an origin was refused, and logs it at most once a minute for each origin. A wrong
 * `baseUrl` or `origins` causes every request to be refused, and the browser does not say why (R95).
 */
function originReport(
  expected: readonly string[],
  { clock, logger }: { clock: Clock; logger: Pick<Logger, 'warn'> },
): (headers: OriginHeaders, correlationId: string) => string {
  const isDue = onceEach(MINUTE, clock);
  return (headers, correlationId) => {
    const origin = headers.origin?.slice(0, MAX_ORIGIN) ?? null;
    const site = typeof headers['sec-fetch-site'] === 'string' ? headers['sec-fetch-site'].slice(0, 20) : null;
    const from = origin !== null && ORIGIN.test(origin) ? origin : 'another origin';
    const reason =
      origin !== null && expected.includes(origin)
        ? `The request came from ${from} to another site (${site ?? ''}): the page and the API must have the same origin.`
        : `The request came from ${from}, expected ${expected.join(' or ')}: set baseUrl (TWEESTAP_BASE_URL) or origins, or add the page's origin to portals.`;
    if (isDue(`${site} ${origin}`)) logger.warn({ correlationId, origin, site, expected }, reason);
    return reason;
  };
}
