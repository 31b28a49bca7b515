import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from '../crypto/tokens.ts';
import { createAdmission } from '../runtime/pace.ts';
import { withRequestBudget } from '../store/budget.ts';
import { type Answer, answerOf, answerSender, HttpProblem, malformed } from './answer.ts';
import { readJson, readQuery, refuseBody } from './body.ts';
import { failureAnswer } from './failure.ts';
import { createIdempotency, type Repeatable } from './idempotency.ts';
import { originCheck, originReport } from './origin.ts';
import {
  type Exchange,
  type HttpDeps,
  isChanging,
  type MountedRequest,
  type Route,
  routeFinder,
  type Target,
  targetReader,
} from './route-table.ts';

export interface HandlerSettings {
  mountPath: string;
  /** Whether the base URL is https. */
  secure: boolean;
  /** Serialised origins that changing requests may come from. */
  origins: readonly string[];
}

/** Serves the routes. The promise resolves when the answer is handed to the socket, and never rejects. */
export interface RequestHandler {
  /** For plain node:http and whatever else has node's request and response; what is not below the mount path is 404. */
  handler(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** For Express and others that call middleware: what is not below the mount path goes on to `next`. */
  router(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void;
  /** Answers `busy` from now on, and resolves when what runs has been answered, or after `most` ms. */
  drain(most: number): Promise<void>;
  readonly isDraining: boolean;
}

/** Puts the HTTP layer together: table of routes, checks in front of it, problems behind it. */
export function createHandler(deps: HttpDeps, routes: readonly Route[], settings: HandlerSettings): RequestHandler {
  const { random, logger, clockGuard } = deps;
  const targetOf = targetReader(settings.mountPath);
  const send = answerSender(settings.secure);
  const respond = responder(deps, routes, settings);
  const gate = drainGate();
  const isTalkative = logger.isLevelEnabled?.('debug') ?? false;

  const serve = async (req: IncomingMessage, res: ServerResponse, target: Target | undefined): Promise<void> => {
    const correlationId = newId(random);
    const startedAt = isTalkative ? performance.now() : 0;
    gate.enter();
    try {
      if (gate.isDraining && !target?.path.startsWith('/health/')) throw stopping();
      // R86: by a clock that was set back, expired sessions, links and codes would be good again.
      if (clockGuard.isBehind() && target?.path !== '/health/live') throw clockBehind();
      const answer = await withRequestBudget(() => respond(req, target, correlationId));
      if (answer) send(res, answer);
      else res.destroy();
    } catch (error) {
      const answer = failureAnswer(error, correlationId, logger);
      if (answer && !res.headersSent) send(res, answer);
      else res.destroy();
    } finally {
      gate.leave();
      if (isTalkative) {
        // The path without its ids: what stands in them belongs to somebody (R25).
        const path = target?.path.replace(/\/[\w-]{22,}/g, '/:id').slice(0, 60);
        const ms = Math.round(performance.now() - startedAt);
        logger.debug({ correlationId, method: req.method, path, status: res.statusCode, ms }, 'answered');
      }
    }
  };

  return {
    handler: (req, res) => serve(req, res, targetOf(req)),
    router(req, res, next) {
      const target = targetOf(req as MountedRequest);
      if (target === undefined) next();
      else void serve(req, res, target);
    },
    drain: gate.drain,
    get isDraining() {
      return gate.isDraining;
    },
  };
}

const stopping = (): HttpProblem =>
  new HttpProblem('busy', { detail: 'The server is being stopped.', headers: ['Connection', 'close'] });

/** Seconds; the clock may take longer to catch up. */
const CLOCK_RETRY = 5;

export const clockBehind = (): HttpProblem =>
  new HttpProblem('busy', { detail: 'The clock of the server was set back.', retryAfter: CLOCK_RETRY });

type Respond = (req: IncomingMessage, target: Target | undefined, correlationId: string) => Promise<Answer | undefined>;

function responder(deps: HttpDeps, routes: readonly Route[], { origins }: HandlerSettings): Respond {
  const { cookies, logger } = deps;
  const find = routeFinder(routes);
  const isAllowed = originCheck(origins);
  const reportOrigin = originReport(origins, deps);
  const repeatable = createIdempotency(deps);
  const admitted = createAdmission();

  return async (req, target, correlationId) => {
    const found = target && find(req.method ?? '', target.path);
    if (!target || !found) throw new HttpProblem('not-found');
    const { route, id } = found;
    // R75: before the body is read, before anything is looked up.
    if (isChanging(route) && !isAllowed(req.headers)) {
      reportOrigin(req.headers, correlationId);
      throw new HttpProblem('cross-site');
    }
    const query = readQuery(target.query, route.query);
    if (!route.body) refuseBody(req);
    const body = route.body ? await readJson(req) : undefined;
    // Health does not wait behind requests that arrived together.
    if (!target.path.startsWith('/health/')) await admitted();
    const exchange = { req, id, query, body, tokens: cookies.read(req.headers.cookie), correlationId };
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
 * Whom the answers under an `Idempotency-Key` belong to. A flow's are its token's and browser's, an account's the
 * session's. A start has neither: it is told by its address and its browser's cookie, which its own answer may have set.
 */
function ownerOf(
  { addressOf, cookies }: HttpDeps,
  { req, id, tokens }: Exchange,
  request: string,
): Pick<Repeatable, 'scope' | 'browser'> {
  const { authorization = '', 'user-agent': agent = '' } = req.headers;
  // A flow's end gives a new session cookie: it must not make a stranger of the browser whose answer was lost.
  if (id !== '' && authorization !== '') return { scope: [request, authorization, tokens.flow ?? ''] };
  if (request !== 'POST /flows') return { scope: [request, tokens.session ?? ''] };
  const prefix = `${cookies.names.flow}=`;
  const given = (answer: Answer): string | undefined =>
    answer.cookies?.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length, prefix.length + 43);
  return { scope: [request, addressOf(req), agent], browser: { token: tokens.flow, given } };
}

/** Counts what runs, so that stopping can wait for it. */
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
    async drain(most: number): Promise<void> {
      isDraining = true;
      if (running === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, most);
        onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
