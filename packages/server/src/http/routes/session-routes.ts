import { describeSession } from '../../account/describe-account.ts';
import { logOut } from '../../account/end-sessions.ts';
import { type Answer, json, malformed, noContent } from '../answer.ts';
import { callerWith, noSession, sessionOfCaller } from '../caller.ts';
import type { Exchange, HttpDeps, Route } from '../route-table.ts';

/** The routes for reading the current session and for logging out. */
export const sessionRoutes = (deps: HttpDeps): Route[] => [
  { method: 'GET', path: '/session', handle: (exchange) => show(deps, exchange) },
  {
    method: 'DELETE',
    path: '/session',
    query: ['forget'],
    check: async (exchange) => void isForgetting(exchange),
    handle: (exchange) => endSession(deps, exchange),
  },
];

async function show(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  // The session of a client is shown with its client, so that a portal can refuse it (R94).
  const row = await sessionOfCaller(deps, exchange);
  const session = row && (await describeSession(deps.database.read, row));
  if (!session) throw noSession();
  return json(200, { session });
}

/** Logs out; without a session it succeeds too. The device stays known unless the user asks to forget it (R41a). */
async function endSession(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { cookies } = deps;
  const forget = isForgetting(exchange);
  const session = await sessionOfCaller(deps, exchange);
  const cleared = [cookies.clear('session')];
  if (session) {
    const { isBrowserForgotten } = await logOut(deps, callerWith(deps, exchange, session), { forget });
    if (isBrowserForgotten) cleared.push(cookies.clear('device'));
  }
  return noContent(cleared);
}

/** Whether the request also asks to forget the device. @throws HttpProblem `malformed` */
function isForgetting({ query }: Exchange): boolean {
  const forget = query.get('forget');
  if (forget !== undefined && forget !== 'device') throw malformed('?forget', '"device"');
  return forget === 'device';
}
