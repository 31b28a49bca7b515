import type { IncomingMessage, ServerResponse } from 'node:http';
import { BeginError } from '../../../flow/begin.ts';
import { HttpProblem } from '../../../http/answer.ts';
import type { BeginOptions, SecondStep } from '../../../portal/second-step.ts';
import { StoreUnavailableError } from '../../../store/database.ts';

/**
 * The pages of a portal that checks the passwords itself: `/portal/log-in` after a correct password, and `/portal/finish`, which
 * releases its session.
 */
export async function portalPage(
  { beginFor, completed }: SecondStep,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const send = (status: number, body: object): void =>
    void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const { pathname, searchParams } = new URL(req.url ?? '', 'http://localhost');
  const { user: userId, organisation = '', flow, returnTo, ...told } = Object.fromEntries(searchParams);
  try {
    if (pathname.endsWith('/finish')) {
      send(200, { login: await completed(req, { userId, flow }) });
      return;
    }
    const options = { organisation, user: userOf(told), returnTo, request: req, response: res };
    send(200, { begun: await beginFor(userId ?? '', options) });
  } catch (error) {
    if (error instanceof BeginError) send(409, { code: error.code });
    else if (error instanceof HttpProblem || error instanceof StoreUnavailableError) send(503, { code: 'busy' });
    else send(500, { code: String(error) });
  }
}

/** The user as the portal knows them; undefined if it tells nothing. */
function userOf({ username, email, changed, inactive }: Record<string, string>): BeginOptions['user'] {
  if (username === undefined) return undefined;
  return { username, email, active: inactive === undefined, passwordChangedAt: new Date(changed ?? 0) };
}
