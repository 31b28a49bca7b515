import { AccountError } from '../account/change-account.ts';
import { HasherBusyError } from '../accounts/hash-queue.ts';
import { DirectoryError } from '../directory/directory.ts';
import { FlowError } from '../flow/rules/step-definition.ts';
import { PushError } from '../push/push-context.ts';
import { type Logger, loggable } from '../runtime/log.ts';
import { STEP_UP_MAX_AGE } from '../sessions/sessions.ts';
import { StoreUnavailableError } from '../store/database.ts';
import { type Answer, answerOf, HttpProblem } from './answer.ts';
import { ClientGoneError } from './body.ts';
import { noSession, stepUpNeeded } from './caller.ts';

/**
 * Converts a thrown error to a response. An unknown error denies: `500 internal`, whose response contains nothing of
 * the error except the correlation id that is in the log too (R8, R84). Returns undefined when the client has
 * disconnected.
 */
export function failureAnswer(error: unknown, correlationId: string, logger: Logger): Answer | undefined {
  if (error instanceof ClientGoneError) return undefined;
  return answerOf(problemOf(error, correlationId, logger), correlationId);
}

function problemOf(error: unknown, correlationId: string, logger: Logger): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof AccountError) return accountProblem(error);
  if (error instanceof PushError) return pushProblem(error);
  if (error instanceof FlowError)
    return new HttpProblem(error.code, {
      ...(error.newRequest ? { members: error.newRequest } : {}),
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    });
  if (error instanceof HasherBusyError) return new HttpProblem('busy', { retryAfter: error.retryAfter });
  if (error instanceof DirectoryError) {
    logger.error({ correlationId, error: loggable(error) }, 'the directory of the portal failed');
    return new HttpProblem('busy');
  }
  if (error instanceof StoreUnavailableError) {
    logger.warn({ correlationId, error: loggable(error) }, 'the database did not answer');
    return new HttpProblem('busy');
  }
  logger.error({ correlationId, error: loggable(error) }, 'a request failed');
  return new HttpProblem('internal');
}

function accountProblem({ code, detail }: AccountError): HttpProblem {
  if (code === 'no-session') return noSession();
  if (code === 'insufficient-user-authentication') return stepUpNeeded(STEP_UP_MAX_AGE);
  return new HttpProblem(code, detail === undefined ? {} : { detail });
}

const pushProblem = ({ code, retryAfter }: PushError): HttpProblem =>
  new HttpProblem(code, retryAfter === undefined ? {} : { retryAfter });
