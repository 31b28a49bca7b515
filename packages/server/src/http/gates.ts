import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Session } from '@tweestap/protocol';
import { describeSession } from '../account/describe-account.ts';
import { newId } from '../crypto/tokens.ts';
import { isSteppedUp, readSession, STEP_UP_MAX_AGE, sawSession } from '../sessions/sessions.ts';
import { withRequestBudget } from '../store/budget.ts';
import type { SessionRow } from '../store/schema.ts';
import { answerSender, HttpProblem } from './answer.ts';
import { noSession, stepUpNeeded } from './caller.ts';
import { failureAnswer } from './failure.ts';
import { clockBehind } from './handler.ts';
import type { HttpDeps } from './route-table.ts';

/** Express's way to go on. */
type Next = (error?: unknown) => void;

/** A middleware of Express's form that needs no Express. `next` is called only where the request may go on. */
export type Middleware<Req, Res> = (req: Req, res: Res, next: Next) => void;

export interface GateOptions<Req, Res> {
  /**
   * Answers a request that may not go on, for example with a page to log in. Default: the problem that the API would
   * give (RFC 9457).
   */
  otherwise?: Middleware<Req, Res>;
}

export interface StepUpOptions<Req, Res> extends GateOptions<Req, Res> {
  /** Seconds since the second factor was really verified, at most. Default 300. */
  maxAge?: number;
}

/** The guards of a portal's own pages. */
export interface Gates {
  /** Lets a living session through, which `sessionOf(req)` then has. Else `401 no-session`. */
  requireSession<Req extends IncomingMessage, Res extends ServerResponse>(
    options?: GateOptions<Req, Res>,
  ): Middleware<Req, Res>;
  /**
   * Lets a session through whose second factor was really verified within `maxAge` seconds. Else `401
   * insufficient-user-authentication` (RFC 9470), or `401 no-session`.
   * @throws RangeError when `maxAge` is no number above 0
   */
  requireStepUp<Req extends IncomingMessage, Res extends ServerResponse>(
    options?: StepUpOptions<Req, Res>,
  ): Middleware<Req, Res>;
}

const sessions = new WeakMap<IncomingMessage, Session>();

/**
 * The session of a request that `requireSession` or `requireStepUp` let through.
 * @throws Error when neither stands before this handler: a page that forgot its guard must not look guarded
 */
export function sessionOf(req: IncomingMessage): Session {
  const session = sessions.get(req);
  if (!session) throw new Error('No session: put requireSession() or requireStepUp() before this handler.');
  return session;
}

function attempt(work: () => void, failed: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    failed(error);
  }
}

/** Makes the guards. */
export function createGates(deps: HttpDeps, { secure }: { secure: boolean }): Gates {
  const { database, clock, clockGuard, cookies, logger, random } = deps;
  const send = answerSender(secure);

  const letThrough = async (req: IncomingMessage, check: (session: SessionRow) => void): Promise<void> => {
    if (clockGuard.isBehind()) throw clockBehind();
    const token = cookies.read(req.headers.cookie).session;
    const row = token === undefined ? undefined : await readSession(database.read, token, clock());
    const session = row && (await describeSession(database.read, row));
    if (!row || !session) throw noSession();
    // Known even where the check fails: a page that asks for a step-up may say to whom.
    sessions.set(req, session);
    check(row);
    await sawSession(database, row, clock());
  };

  const refuse = (res: ServerResponse, error: unknown): void => {
    const answer = failureAnswer(error, newId(random), logger);
    if (answer) send(res, answer);
    else res.destroy();
  };

  const gate =
    <Req extends IncomingMessage, Res extends ServerResponse>(
      check: (session: SessionRow) => void,
      otherwise?: Middleware<Req, Res>,
    ): Middleware<Req, Res> =>
    (req, res, next) => {
      withRequestBudget(() => letThrough(req, check)).then(
        () => next(),
        (error: unknown) => {
          // A page to log in is no answer to `busy`: logging in would be refused as well.
          const mayAsk = error instanceof HttpProblem && error.code !== 'busy';
          if (otherwise && mayAsk) attempt(() => otherwise(req, res, next), next);
          else refuse(res, error);
        },
      );
    };

  return {
    requireSession: ({ otherwise } = {}) => gate(() => undefined, otherwise),
    requireStepUp({ maxAge = STEP_UP_MAX_AGE, otherwise } = {}) {
      if (!Number.isFinite(maxAge) || maxAge <= 0) throw new RangeError('maxAge: expected seconds above 0');
      return gate((session) => {
        if (!isSteppedUp(session, clock(), maxAge)) throw stepUpNeeded(maxAge);
      }, otherwise);
    },
  };
}
