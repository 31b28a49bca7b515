import type { IncomingMessage } from 'node:http';
import type { Session } from '@tweestap/protocol';
import { describeSession } from '../account/describe-account.ts';
import { newId } from '../crypto/tokens.ts';
import { isSteppedUp, readSession, recordSessionUse, STEP_UP_MAX_AGE } from '../sessions/sessions.ts';
import { withRequestBudget } from '../store/budget.ts';
import type { Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';
import type { SessionRow } from '../store/schema.ts';
import { answerSender, HttpProblem } from './answer.ts';
import { noSession, refusedClient, stepUpNeeded } from './caller.ts';
import { failureAnswer } from './failure.ts';
import { type AnyRequest, type AnyResponse, type Next, rawRequest, takeResponse } from './frameworks.ts';
import { clockBehind } from './handler.ts';
import { redirectToLogin } from './login-page.ts';
import type { HttpDeps } from './route-table.ts';

/**
 * A middleware for Express, a hook `onRequest` of Fastify, or a function to call with the request and response of node:http.
 * It calls `next` only if the request may continue.
 */
export type Middleware<Req, Res> = (req: Req, res: Res, next: Next) => void;

/** The options of `requireSession`. */
export interface GateOptions<Req = AnyRequest, Res = AnyResponse> {
  /**
   * The clients whose sessions may continue too (R94), by their ids in the organisation's policy. Default: none. The
   * session of a client may have been reached with the password alone.
   */
  clients?: readonly string[];
  /**
   * What happens to a request that may not continue. Default: a page that a browser loads without a session is redirected to
   * `loginPage`, with its own address in `return-to`; anything else gets the problem (RFC 9457) that the API sends in this
   * case. `'problem'`: always the problem. A function answers itself, with the request and response of the framework.
   */
  onMissing?: 'problem' | Middleware<Req, Res>;
}

/** The options of `requireStepUp`. */
export interface StepUpOptions<Req = AnyRequest, Res = AnyResponse> extends GateOptions<Req, Res> {
  /** Seconds since the second factor was last verified, at most. Default 300. A remembered device does not count. */
  maxAge?: number;
}

/** The middleware that protects the pages of a portal. */
export interface Gates {
  /**
   * Lets requests with a valid session through; `sessionOf(req)` then returns it. Otherwise a page is redirected to the login
   * page. Anything else gets `401 no-session`, or `403 not-allowed` for the session of a client that `clients` does not name.
   */
  requireSession(options?: GateOptions & { onMissing?: 'problem' }): Middleware<AnyRequest, AnyResponse>;
  requireSession<Req extends AnyRequest, Res extends AnyResponse>(options: GateOptions<Req, Res>): Middleware<Req, Res>;
  /**
   * Lets requests through whose second factor was verified within the last `maxAge` seconds. Otherwise `401
   * insufficient-user-authentication` (RFC 9470), or the same as `requireSession` without a session.
   * @throws RangeError when `maxAge` is not a number above 0
   */
  requireStepUp(options?: StepUpOptions & { onMissing?: 'problem' }): Middleware<AnyRequest, AnyResponse>;
  requireStepUp<Req extends AnyRequest, Res extends AnyResponse>(
    options: StepUpOptions<Req, Res>,
  ): Middleware<Req, Res>;
}

const sessions = new WeakMap<IncomingMessage, Session>();

/**
 * Returns the session of a request that `requireSession` or `requireStepUp` let through.
 * @throws Error when neither of them ran before this handler, so that an unprotected page fails instead of looking
 *   protected
 */
export function sessionOf(req: AnyRequest): Session {
  const session = sessions.get(rawRequest(req));
  if (!session)
    throw new Error('sessionOf() found no session: put requireSession() or requireStepUp() before this handler.');
  return session;
}

/** What a session has to fulfil. */
interface Checks {
  /** The clients whose sessions are accepted. */
  clients: readonly string[] | undefined;
  check?: (session: SessionRow) => void;
}

/** Whether a gate accepts the session of a client: it names the client, and the organisation still has it. */
async function isClientSession(read: Db, session: SessionRow, clients: readonly string[]): Promise<boolean> {
  if (session.client === null || !clients.includes(session.client)) return false;
  const organisation = await getOrganisation(read, session.organisation_id);
  return organisation?.policy.clients.some(({ id }) => id === session.client) === true;
}

function attempt(work: () => void, failed: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    failed(error);
  }
}

/**
 * Makes the middleware that protects the pages of a portal.
 * @param options `secure`: whether the base URL is https; `loginPage`: where pages without a session are redirected to
 */
export function createGates(deps: HttpDeps, { secure, loginPage }: { secure: boolean; loginPage: string }): Gates {
  const { database, clock, clockGuard, cookies, logger, random } = deps;
  const send = answerSender(secure);
  const redirect = redirectToLogin(loginPage);

  const letThrough = async (req: IncomingMessage, { clients = [], check }: Checks): Promise<void> => {
    if (clockGuard.isBehind()) throw clockBehind();
    const token = cookies.read(req.headers.cookie).session;
    const row = token === undefined ? undefined : await readSession(database.read, token, clock());
    const session = row && (await describeSession(database.read, row));
    if (!row || !session) throw noSession();
    // Set even if the check fails, so that a page that requests a step-up can name the user.
    sessions.set(req, session);
    if (row.client !== null && !(await isClientSession(database.read, row, clients))) throw refusedClient(row.client);
    check?.(row);
    await recordSessionUse(database, row, clock());
  };

  const refuse = (req: IncomingMessage, to: AnyResponse, error: unknown, isRedirecting: boolean): void => {
    const res = takeResponse(to);
    const isMissing = error instanceof HttpProblem && error.code === 'no-session';
    const leading = isMissing && isRedirecting ? redirect(req) : undefined;
    const answer = leading ?? failureAnswer(error, newId(random), logger);
    if (answer) send(res, answer);
    else res.destroy();
  };

  const gate =
    <Req extends AnyRequest, Res extends AnyResponse>(
      checks: Checks,
      onMissing?: GateOptions<Req, Res>['onMissing'],
    ): Middleware<Req, Res> =>
    (req, res, next) => {
      const raw = rawRequest(req);
      withRequestBudget(() => letThrough(raw, checks)).then(
        () => next(),
        (error: unknown) => {
          // `onMissing` is not called for `busy`: a login would be refused as well.
          const mayAsk = error instanceof HttpProblem && error.code !== 'busy';
          if (typeof onMissing === 'function' && mayAsk) attempt(() => onMissing(req, res, next), next);
          else refuse(raw, res, error, onMissing !== 'problem');
        },
      );
    };

  return {
    requireSession: <Req extends AnyRequest, Res extends AnyResponse>({
      clients,
      onMissing,
    }: GateOptions<Req, Res> = {}) => gate({ clients }, onMissing),
    requireStepUp<Req extends AnyRequest, Res extends AnyResponse>({
      clients,
      maxAge = STEP_UP_MAX_AGE,
      onMissing,
    }: StepUpOptions<Req, Res> = {}) {
      if (!Number.isFinite(maxAge) || maxAge <= 0) throw new RangeError('maxAge must be a number of seconds above 0');
      const check = (session: SessionRow): void => {
        if (!isSteppedUp(session, clock(), maxAge)) throw stepUpNeeded(maxAge);
      };
      return gate({ clients, check }, onMissing);
    },
  };
}
