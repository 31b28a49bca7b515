import {
  type Account,
  type AccountEvent,
  type Client,
  createClient,
  type Passkeys,
  type Problem,
  type ResumeStorage,
  type Session,
  type Step,
} from '@tweestap/client';
import { fakePasskeys } from './fake-passkeys.ts';
import { makeVisible } from './visible.ts';

/** A scripted response: a step, a refusal (at this step), a lost connection, a step that is sent later, or no response. */
export type ScriptedResponse =
  | Step
  | { refuse: Partial<Problem> & { code: Problem['code']; status?: number }; step?: Step; retryAfter?: number }
  | Promise<Step>
  | 'lost'
  | 'never';

/** A request that the scripted server received. */
export interface Call {
  /** The HTTP method. */
  method: string;
  /** The path below the mount path, with the query. */
  path: string;
  /** The parsed JSON body; empty if there is none. */
  body: { inputs?: Record<string, unknown>[] } & Record<string, unknown>;
}

/** What a scripted server sends. */
export interface Script {
  /** Responses of `/flows`, in order. The last one is repeated. */
  responses: ScriptedResponse[];
  /** The organisations that a search finds. Without them each search loses the connection. */
  organisations?: { id: string; name: string }[];
  /** The organisation of the flow, with its help. */
  organisation?: { id: string; name: string; help?: { text: string; url?: string } };
  /** The kind of the flow. Default `login`. */
  kind?: string;
  /** Returns the local time in milliseconds since the epoch. Default `Date.now`. */
  now?: () => number;
  /** Milliseconds by which the server's clock is ahead of the local clock. Default 0. */
  ahead?: number;
  /** Seconds until the flow expires. Default 900. */
  lives?: number;
  /** The step of a flow that a reload interrupted. */
  left?: Step;
  /** The session of a login that was finished in this tab. Null if it has ended. Default: there was no login. */
  session?: Session | null;
  /** The address that this login continued at. */
  returnTo?: string;
  /** The passkeys of the browser. Default: a browser without WebAuthn. */
  passkeys?: Passkeys;
  /** The response to `GET /account`. Without it there is no session. */
  account?: Account;
  /** The recent events of the account. */
  events?: AccountEvent[];
  /** The response to the request for the events of a flow. Default no response. */
  stream?: () => Response;
  /** Refusals of changes to the account, in order. */
  refusals?: (Partial<Problem> & { code: Problem['code']; status: number })[];
}

/** The server's limit for the search of an organisation. */
const MAX_QUERY_LENGTH = 200;

/** The storage of a page that the user has seen before. */
const leftBehind = ({ kind = 'login', left, session, returnTo }: Script): ResumeStorage => {
  const items = new Map<string, string>();
  if (left) items.set('mfa-flow:/mfa/v1', JSON.stringify({ id: 'flow', token: 'token', kind }));
  if (session !== undefined) items.set('mfa-login:/mfa/v1', JSON.stringify({ returnTo }));
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
};

/** Makes the real client with a `fetch` that follows a script. */
export const scriptedServer = (script: Script): { client: Client; calls: Call[] } => {
  makeVisible();
  const calls: Call[] = [];
  const clock = script.now ?? Date.now;
  const now = () => clock() + (script.ahead ?? 0);
  let step = script.left;
  const instant = (ms: number) => new Date(ms).toISOString();

  const flow = () => ({
    id: 'flow',
    kind: script.kind ?? 'login',
    status: step?.type === 'done' ? 'done' : 'open',
    step,
    ...(script.organisation && step?.type !== 'organisation' ? { organisation: script.organisation } : {}),
    expiresAt: instant(now() + (script.lives ?? 900) * 1000),
    serverTime: instant(now()),
  });

  const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

  const respond = (isStart: boolean): Response | Promise<Response> => {
    const next = script.responses.length > 1 ? script.responses.shift() : script.responses[0];
    if (next === undefined || next === 'lost') return Promise.reject(new TypeError('no network'));
    if (next instanceof Promise)
      return next.then((late) => {
        step = late;
        return json(isStart ? 201 : 200, { flow: flow(), token: 'token' });
      });
    if (next === 'never') return new Promise(() => {});
    if (!('refuse' in next)) {
      step = next;
      return json(isStart ? 201 : 200, { flow: flow(), token: 'token' });
    }
    step = next.step ?? step;
    const { status = 422, ...refused } = next.refuse;
    const goesOn = status === 422 || status === 409;
    const problem = { type: 'urn:x', title: 'x', status, correlationId: 'c-1', ...refused };
    if (isStart && goesOn) return json(201, { flow: flow(), token: 'token', problem });
    const retry: Record<string, string> = next.retryAfter ? { 'retry-after': String(next.retryAfter) } : {};
    return json(status, { ...problem, ...(goesOn ? { flow: flow() } : {}) }, retry);
  };

  const refusal = (refused: Partial<Problem> & { status: number }) =>
    json(refused.status, { type: 'urn:x', title: 'x', correlationId: 'c-1', ...refused });

  const account = (method: string, path: string, body: Record<string, unknown>): Response => {
    const current = script.account;
    if (!current) return refusal({ code: 'no-session', status: 401 });
    if (method === 'GET') return json(200, path.endsWith('/events') ? { events: script.events ?? [] } : current);
    const refused = script.refusals?.shift();
    if (refused) return refusal(refused);
    const id = path.split('/').at(-1);
    const { factors, devices } = current;
    const isFactor = path.startsWith('/account/factors/');
    if (method === 'PATCH') {
      const renamed = factors.map((factor) => (isFactor && factor.id === id ? { ...factor, ...body } : factor));
      script.account = { ...current, ...(isFactor ? { factors: renamed } : body) };
      return json(200, script.account);
    }
    if (isFactor) script.account = { ...current, factors: factors.filter((factor) => factor.id !== id) };
    if (path.startsWith('/account/devices')) {
      script.account = {
        ...current,
        devices: devices.filter((device) => path !== '/account/devices' && device.id !== id),
      };
    }
    if (path.startsWith('/account/installations/')) {
      script.account = { ...current, installations: current.installations.filter((each) => each.id !== id) };
    }
    if (path === '/account/sessions' || path.startsWith('/account/events/')) {
      script.account = { ...current, otherSessions: 0 };
    }
    return new Response(null, { status: 204 });
  };

  const served: typeof globalThis.fetch = async (input, init = {}) => {
    const path = String(input).replace(/^.*\/mfa\/v1/, '');
    const method = init.method ?? 'GET';
    calls.push({ method, path, body: init.body ? JSON.parse(String(init.body)) : {} });
    if (path.startsWith('/organisations')) {
      if (!script.organisations) throw new TypeError('no network');
      const query = new URLSearchParams(path.split('?')[1]).get('q')?.toLowerCase() ?? '';
      if (query.length > MAX_QUERY_LENGTH) return refusal({ code: 'malformed', status: 400 });
      const found = script.organisations.filter(({ name }) => name.toLowerCase().includes(query));
      return json(200, { organisations: found });
    }
    if (path.startsWith('/session')) {
      const { session } = script;
      if (method === 'DELETE') script.session = null;
      else return session ? json(200, { session }) : refusal({ code: 'no-session', status: 401 });
    }
    if (path.startsWith('/account')) return account(method, path, calls.at(-1)?.body ?? {});
    if (path.endsWith('/events')) return script.stream?.() ?? new Promise(() => {});
    if (method === 'DELETE') return new Response(null, { status: 204 });
    if (method === 'GET' && script.left) return json(200, { flow: flow() });
    return respond(method === 'POST' && (path === '/flows' || path === '/flows/begun'));
  };

  const client = createClient({
    api: '/mfa/v1',
    fetch: served,
    passkeys: script.passkeys ?? fakePasskeys({ available: false }),
    storage: script.left || script.session !== undefined ? leftBehind(script) : null,
    wait: () => Promise.resolve(),
    clock,
    attempts: 1,
  });
  return { client, calls };
};
