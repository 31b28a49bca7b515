import type { Flow, Step } from '@tweestap/protocol';
import type { RequestContext } from '../../flow/context.ts';
import { withRequestBudget } from '../../store/budget.ts';
import { findFlow } from '../../store/flows.ts';
import type { FlowRow } from '../../store/schema.ts';
import { type Answer, HttpProblem } from '../answer.ts';
import { contextOf, flowRefOf } from '../caller.ts';
import type { Exchange, HttpDeps, Route } from '../route-table.ts';
import { beginWait, eventStream, waitSeconds } from '../streams.ts';

/** The stream of the changes of a flow, for screens that wait for a phone. */
export const eventStreamRoutes = (deps: HttpDeps): Route[] => [
  { method: 'GET', path: '/flows/:id/events', handle: (exchange) => events(deps, exchange) },
];

/** The states of a step in which something outside the flow can change it. */
const OPEN_STATES: readonly unknown[] = ['pending', 'waiting', 'code'];

/** Whether a step waits for something outside of the flow. */
const isWaiting = (step: Step): boolean => 'state' in step && OPEN_STATES.includes(step.state);

const topicsOf = ({ id, account_id }: Pick<FlowRow, 'id' | 'account_id'>): string[] => [
  `flow.${id}`,
  ...(account_id === null ? [] : [`ended.${account_id}`]),
];

/**
 * Sends `changed` at once and after each change, and ends with the flow. Only a step that waits for something keeps a stream open,
 * so a stranger without a password can't hold one.
 */
async function events(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { engine, database, clock, push } = deps;
  const { req } = exchange;
  const ref = flowRefOf(exchange);
  const { step, expiresAt } = await engine.view(ref, await contextOf(deps, exchange, exchange.tokens.flow ?? ''));
  const row = await findFlow(database.read, ref.id);
  return eventStream(req, (stream) => {
    stream.send('changed', '{}');
    if (!row || !isWaiting(step)) {
      stream.end();
      return;
    }
    const until = Date.parse(expiresAt);
    const wake = (): void => {
      stream.send('changed', '{}');
      void withRequestBudget(() => findFlow(database.read, ref.id)).then(
        (flow) => (!flow || flow.ended_at !== null) && stream.end(),
        () => stream.end(),
      );
    };
    const beat = (): void => (clock() >= until ? stream.end() : stream.beat());
    const options = { topics: topicsOf(row), group: `flow.${row.id}` };
    stream.onEnd(push.hub.add({ wake, beat, end: () => stream.end() }, options));
  });
}

/** Shows a flow after its next change, or after `?wait` seconds. The present state is sent at once if it waits for nothing. */
export async function viewAfterChange(deps: HttpDeps, exchange: Exchange, context: RequestContext): Promise<Flow> {
  const ref = flowRefOf(exchange);
  const view = (): Promise<Flow> => deps.engine.view(ref, context);
  const seconds = waitSeconds(exchange.query);
  const flow = await view();
  if (seconds === undefined || !isWaiting(flow.step)) return flow;
  const row = await findFlow(deps.database.read, ref.id);
  if (!row) return flow;
  const group = `flow.${row.id}`;
  const wait = beginWait(deps.push.hub, exchange.req, { topics: topicsOf(row), group, ms: seconds * 1000 });
  // Read again: it may have changed since the first reading.
  const now = await view();
  if (!isWaiting(now.step) || stateOf(now) !== stateOf(flow)) {
    wait.cancel();
    return now;
  }
  if ((await wait.over) === 'full') throw new HttpProblem('busy');
  return await withRequestBudget(view);
}

const stateOf = ({ step }: Flow): string => `${step.type}.${'state' in step ? step.state : ''}`;
