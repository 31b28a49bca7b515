import type { IncomingMessage, ServerResponse } from 'node:http';
import { BeginError } from '../../../flow/begin.ts';
import { HttpProblem } from '../../../http/answer.ts';
import type { SecondStep } from '../../../portal/second-step.ts';
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
  const { user: userId, organisation = '', flow, username, email, changed } = Object.fromEntries(searchParams);
  try {
    if (pathname.endsWith('/finish')) {
      send(200, { login: await completed(req, { userId, flow }) });
      return;
    }
    const user = username === undefined ? undefined : { username, email, passwordChangedAt: new Date(changed ?? 0) };
    send(200, { begun: await beginFor(userId ?? '', { organisation, user, request: req, response: res }) });
  } catch (error) {
    if (error instanceof BeginError) send(409, { code: error.code });
    else if (error instanceof HttpProblem || error instanceof StoreUnavailableError) send(503, { code: 'busy' });
    else send(500, { code: String(error) });
  }
}
