import type { IncomingMessage, ServerResponse } from 'node:http';
import { problems, type Session } from '@tweestap/protocol';
import { newId } from '../crypto/tokens.ts';
import { readSession, sawSession } from '../sessions/sessions.ts';
import type { SessionRow } from '../store/schema.ts';
import { answerSender } from './answer.ts';
import { noSession } from './caller.ts';
import type { HttpDeps } from './deps.ts';
import { failureAnswer } from './failure.ts';
import { HttpProblem } from './problem.ts';
import { describeSession } from './session-routes.ts';
import { isSteppedUp, STEP_UP_MAX_AGE, stepUpNeeded } from './step-up.ts';

/** A middleware of Express's form that needs no Express: `next` is called only where the request may go on. */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

export interface GateOptions {
  /** What a page for people does instead of answering `401`: show a login, for example. Failures stay problems. */
  otherwise?(req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void;
}

export interface StepUpOptions extends GateOptions {
  /** Seconds since the second factor was really verified, at most. Default 300. */
  maxAge?: number;
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

/** The guards of a portal's own pages. What they refuse gets the problem that the API would give (RFC 9457). */
export function createGates(deps: HttpDeps, { secure }: { secure: boolean }) {
  const { database, clock, cookies, logger, random } = deps;
  const send = answerSender(secure);

  const letThrough = async (req: IncomingMessage, check: (session: SessionRow) => void): Promise<void> => {
    const token = cookies.read(req.headers.cookie).session;
    const row = token === undefined ? undefined : await readSession(database.read, token, clock());
    const session = row && (await describeSession(database.read, row));
    if (!row || !session) throw noSession();
    check(row);
    await sawSession(database, row, clock());
    sessions.set(req, session);
  };

  const gate =
    (check: (session: SessionRow) => void, otherwise: GateOptions['otherwise']): Middleware =>
    (req, res, next) => {
      letThrough(req, check).then(
        () => next(),
        (error: unknown) => {
          const isAsked = error instanceof HttpProblem && problems[error.code].status === 401;
          if (isAsked && otherwise) return void attempt(() => otherwise(req, res, next), next);
          const answer = failureAnswer(error, newId(random), logger);
          if (answer) send(res, answer);
          else res.destroy();
        },
      );
    };

  return {
    /** `401 no-session` without a living session. */
    requireSession: ({ otherwise }: GateOptions = {}): Middleware => gate(() => undefined, otherwise),
    /** Beyond that, `401 insufficient-user-authentication` (RFC 9470) unless a second factor was verified lately. */
    requireStepUp({ maxAge = STEP_UP_MAX_AGE, otherwise }: StepUpOptions = {}): Middleware {
      if (!Number.isFinite(maxAge) || maxAge <= 0) throw new RangeError('maxAge: expected seconds above 0');
      return gate((session) => {
        if (!isSteppedUp(session, clock(), maxAge)) throw stepUpNeeded(maxAge);
      }, otherwise);
    },
  };
}
