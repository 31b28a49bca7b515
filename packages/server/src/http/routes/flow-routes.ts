import { type Problem, problems, StartBody, SubmitBody } from '@tweestap/protocol';
import { newToken } from '../../crypto/tokens.ts';
import type { Issued, Outcome, RequestContext } from '../../flow/context.ts';
import { type Answer, HttpProblem, json, noContent, problemAnswer, problemBody, retryHeaders } from '../answer.ts';
import { parseBody, parseInputs } from '../body.ts';
import { checkFlow, contextOf, flowRefOf } from '../caller.ts';
import type { Exchange, HttpDeps, Route } from '../route-table.ts';
import { viewAfterChange } from './event-stream-routes.ts';

/** The routes of flows: `POST /flows`, and `GET`, `POST` and `DELETE /flows/{id}`. */
export const flowRoutes = (deps: HttpDeps): Route[] => [
  {
    method: 'POST',
    path: '/flows',
    body: true,
    check: async ({ body }) => void parseInputs(deps, parseBody(StartBody, body).inputs ?? []),
    handle: (exchange) => start(deps, exchange),
  },
  {
    method: 'POST',
    path: '/flows/begun',
    async check({ tokens }) {
      if (tokens.begun === undefined || tokens.flow === undefined) throw new HttpProblem('no-such-flow');
    },
    handle: (exchange) => continueBegun(deps, exchange),
  },
  { method: 'GET', path: '/flows/:id', query: ['wait'], handle: (exchange) => view(deps, exchange) },
  {
    method: 'POST',
    path: '/flows/:id',
    body: true,
    async check(exchange) {
      flowRefOf(exchange);
      parseInputs(deps, parseBody(SubmitBody, exchange.body).inputs);
      await checkFlow(deps, exchange);
    },
    handle: (exchange) => submit(deps, exchange),
  },
  {
    method: 'DELETE',
    path: '/flows/:id',
    check: (exchange) => checkFlow(deps, exchange),
    handle: (exchange) => cancel(deps, exchange),
  },
];

async function start(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const body = parseBody(StartBody, exchange.body);
  const { kind, inputs: values = [], link, returnTo, ...asked } = body;
  const inputs = parseInputs(deps, values);
  // A browser has one flow cookie for all its flows, so flows in several tabs can continue side by side.
  const flowToken = exchange.tokens.flow ?? newToken(deps.random);
  const context = await contextOf(deps, exchange, flowToken);
  const given = { ...(link === undefined ? {} : { link }), ...(returnTo === undefined ? {} : { returnTo }) };
  const outcome = await deps.engine.start({ kind, inputs, ...given, ...asked }, context);
  const problem = outcome.refusal && refusalBody(outcome.refusal, context);
  const started = { flow: outcome.flow, token: outcome.token, ...(problem ? { problem } : {}) };
  const fresh = exchange.tokens.flow === undefined ? [deps.cookies.set('flow', flowToken)] : [];
  // The nonce was used with the token.
  if (body.handOver !== undefined) fresh.push(deps.cookies.clear('hand-over'));
  const answer = json(201, started, [...fresh, ...issuedCookies(deps, outcome.issued)]);
  const headers = outcome.refusal && retryHeaders(outcome.refusal);
  return headers ? { ...answer, headers } : answer;
}

/** Continues the login that the portal's server began in this browser (decision 0034). */
async function continueBegun(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { begun = '' } = exchange.tokens;
  return json(200, await deps.engine.continueBegun(begun, await flowContext(deps, exchange)));
}

async function view(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  flowRefOf(exchange);
  return json(200, { flow: await viewAfterChange(deps, exchange, await flowContext(deps, exchange)) });
}

async function submit(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const ref = flowRefOf(exchange);
  const inputs = parseInputs(deps, parseBody(SubmitBody, exchange.body).inputs);
  const context = await flowContext(deps, exchange);
  const outcome = await deps.engine.submit(ref, inputs, context);
  const cookies = issuedCookies(deps, outcome.issued);
  const { flow, refusal } = outcome;
  if (!refusal) return json(200, { flow }, cookies);
  const { retryAfter } = refusal;
  const answer = problemAnswer(
    { ...refusalBody(refusal, context), flow },
    retryAfter === undefined ? {} : { retryAfter },
  );
  return cookies.length > 0 ? { ...answer, cookies } : answer;
}

async function cancel(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const ref = flowRefOf(exchange);
  await deps.engine.cancel(ref, await flowContext(deps, exchange));
  return noContent();
}

const flowContext = (deps: HttpDeps, exchange: Exchange): Promise<RequestContext> =>
  contextOf(deps, exchange, exchange.tokens.flow ?? '');

/** Builds the problem of a refusal, with times in the format of RFC 3339. It never repeats what was typed (R25). */
function refusalBody(refusal: NonNullable<Outcome['refusal']>, { correlationId }: RequestContext): Problem {
  const { code, input, retryAt, offBySeconds, offByHours, reason, attemptsLeft, unknown } = refusal;
  const status = problems[code].status;
  return problemBody(code, correlationId, {
    ...(status < 500 ? { input } : {}),
    ...(retryAt === undefined ? {} : { retryAt: new Date(retryAt).toISOString() }),
    ...(offBySeconds === undefined ? {} : { offBySeconds }),
    ...(offByHours === undefined ? {} : { offByHours }),
    ...(reason === undefined ? {} : { reason }),
    ...(unknown === undefined ? {} : { unknown }),
    ...(attemptsLeft === undefined ? {} : { attemptsLeft }),
  });
}

/** Returns the session and device cookies that the end of a flow sets. No earlier step sets them. */
export function issuedCookies(
  { cookies, clock }: Pick<HttpDeps, 'cookies' | 'clock'>,
  issued: Issued | undefined,
): string[] {
  const set: string[] = [];
  if (issued?.session) set.push(cookies.set('session', issued.session.token));
  if (issued?.device) {
    const maxAge = Math.max(1, Math.floor((issued.device.expiresAt - clock()) / 1000));
    set.push(cookies.set('device', issued.device.token, maxAge));
  }
  return set;
}
