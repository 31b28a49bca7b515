import type { AccountEventCode, Acr, Amr, Method } from '@tweestap/protocol';
import type { AccountEvents } from '../account/account-events.ts';
import { describeUser } from '../account/describe-account.ts';
import { type Logger, loggable } from '../runtime/log.ts';
import { getAccount } from '../store/accounts/accounts.ts';
import { withoutLimit } from '../store/budget.ts';
import type { AuditedEvent, Database, EndedSessions } from '../store/database.ts';
import { SESSIONS_ENDED } from '../store/signals.ts';
import { currentRequest } from './current-request.ts';
import {
  type EventHandlers,
  type EventUser,
  eventNames,
  type FactorEvent,
  type SessionsEndedEvent,
} from './server-events.ts';

/** In ms: how long a response waits for a handler. */
const MAX_WAIT_MS = 5000;

interface EventDeps {
  handlers: EventHandlers;
  codesOf: AccountEvents['codesOf'];
  clock(): number;
  logger: Logger;
}

/** The events of a server: what its transactions report, and what other instances report. */
export interface ServerEvents {
  /** The same database, which calls the handlers after the commit. */
  database: Database;
  /** Handles a signal of another instance. */
  onTopic(topic: string): void;
  /** Whether signals of other instances are needed. */
  readonly isListening: boolean;
}

type Call = () => Promise<void>;

/** Makes the events of a server. Without handlers, the database stays as it is. */
export function publishEvents(database: Database, deps: EventDeps): ServerEvents {
  const { handlers } = deps;
  const isListening = handlers.onSessionsEnded !== undefined;
  const onTopic = (topic: string): void => {
    if (!isListening || !topic.startsWith(SESSIONS_ENDED)) return;
    const ended = JSON.parse(topic.slice(SESSIONS_ENDED.length)) as EndedSessions;
    void call(deps, 'onSessionsEnded', async () => handlers.onSessionsEnded?.(endedEvent(deps, ended)));
  };
  if (eventNames.every((name) => handlers[name] === undefined)) return { database, onTopic, isListening };
  return {
    onTopic,
    isListening,
    database: {
      ...database,
      async write(work) {
        let audited: readonly AuditedEvent[] = [];
        let ended: readonly EndedSessions[] = [];
        const result = await database.write(async (tx) => {
          const value = await work(tx);
          audited = tx.audited ?? [];
          ended = tx.endedSessions ?? [];
          return value;
        });
        // A handler has no budget of the request: it may use the database, too.
        const calls = [...audited.flatMap((event) => callsOf(database, deps, event)), ...ended.map(endedCall(deps))];
        if (calls.length > 0) await withoutLimit(() => inOrder(calls));
        return result;
      },
    },
  };
}

async function inOrder(calls: readonly Call[]): Promise<void> {
  for (const each of calls) await each();
}

const endedCall =
  (deps: EventDeps) =>
  (ended: EndedSessions): Call => {
    const { onSessionsEnded } = deps.handlers;
    if (!onSessionsEnded) return async () => undefined;
    const request = currentRequest();
    const event = { ...endedEvent(deps, ended), ...(request ? { request } : {}) };
    return () => call(deps, 'onSessionsEnded', async () => onSessionsEnded(event));
  };

const endedEvent = (
  { clock }: EventDeps,
  { accountId: id, organisationId: organisation, externalId, reason, keepsOne }: EndedSessions,
): SessionsEndedEvent => ({
  at: new Date(clock()).toISOString(),
  user: { id, organisation, ...(externalId === undefined ? {} : { externalId }) },
  reason,
  keepsOne,
});

/** The changes of factors, by the codes of the events that the settings page shows. */
const factorChanges: Readonly<Partial<Record<AccountEventCode, FactorEvent['change']>>> = {
  'factor-added': 'added',
  'factor-removed': 'removed',
  'factors-off': 'off',
  'factors-reset': 'reset',
  'recovery-codes-made': 'recovery-codes',
};

interface Detail {
  amr?: Amr[];
  acr?: Acr;
  remembered?: boolean;
  deferred?: boolean;
  client?: string;
  role?: string;
}

/** The handlers to call for an audit event. */
function callsOf(database: Database, deps: EventDeps, audited: AuditedEvent): Call[] {
  const { handlers, codesOf } = deps;
  const { at, accountId, organisationId, event, result, method, address, correlationId, detail } = audited;
  if (result !== 'ok' || !accountId || !organisationId) return [];
  const given = (detail ?? {}) as Detail;
  const request = currentRequest();
  const base = (user: EventUser) => ({
    at: new Date(at).toISOString(),
    user,
    ...(address ? { address } : {}),
    ...(correlationId ? { correlationId } : {}),
    ...(request ? { request } : {}),
  });
  const calls: Call[] = [];
  const add = <N extends Exclude<keyof EventHandlers, 'onSessionsEnded'>>(
    name: N,
    more: Omit<Parameters<NonNullable<EventHandlers[N]>>[0], keyof ReturnType<typeof base>>,
  ): void => {
    const handler = handlers[name] as ((event: unknown) => void | Promise<void>) | undefined;
    if (!handler) return;
    calls.push(() =>
      call(deps, name, async () => {
        const row = await getAccount(database.read, organisationId, accountId);
        if (!row) return;
        await handler({ ...base(describeUser(row)), ...more });
      }),
    );
  };
  const { amr, acr, remembered = false, deferred = false, client } = given;
  if ((event === 'login' || event === 'step-up') && amr && acr) {
    const own = { ...(method ? { method: method as Method } : {}), ...(client === undefined ? {} : { client }) };
    add('onLogin', { kind: event, amr, acr, remembered, deferred, ...own });
  }
  const by = given.role ?? 'user';
  const row = { id: '', at, event, result, method: method ?? null, address: null, detail: JSON.stringify(given) };
  for (const code of codesOf(row)) {
    const change = factorChanges[code];
    if (code === 'signed-out') add('onLogout', {});
    if (code === 'password-changed') add('onPasswordChanged', { by });
    if (change) add('onFactorChanged', { change, by, ...(method ? { method: method as Method } : {}) });
  }
  return calls;
}

/** Calls a handler. Its error is logged, and after five seconds the response is sent without it. */
async function call({ logger }: EventDeps, name: keyof EventHandlers, run: () => Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), MAX_WAIT_MS);
  const done = run().then(
    () => undefined,
    (error: unknown) => logger.error({ handler: name, error: loggable(error) }, 'an event handler failed'),
  );
  try {
    if ((await Promise.race([done, late])) === 'late') {
      logger.warn(
        { handler: name },
        'an event handler takes longer than five seconds; the response does not wait for it',
      );
    }
  } finally {
    clearTimeout(timer);
  }
}
