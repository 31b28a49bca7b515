import type { Account, AccountEvent, Duration, Input, Kind, Problem, Session } from '@tweestap/protocol';
import { type Flow, flowOf, RunningFlow } from './flow.ts';
import { MfaProblem } from './problem.ts';
import { createResume, type ResumeStorage, sessionStorageIfAny } from './resume.ts';
import { createServerClock, createTransport, platformFetch, type Transport } from './transport.ts';

export interface ClientOptions {
  /** Mount path (`/mfa/v1`) or address of the API; outside a browser an address. */
  api: string;
  fetch?: typeof globalThis.fetch | undefined;
  /** BCP 47 tag of the page's language, for the texts that are the server's own; else the browser's languages count. */
  language?: (() => string | undefined) | undefined;
  /** Where a running flow survives a reload; `sessionStorage` where there is one, `null` for nowhere. */
  storage?: ResumeStorage | null | undefined;
  /** Milliseconds since the epoch. */
  clock?: (() => number) | undefined;
  /** So many random bytes. */
  random?: ((bytes: number) => Uint8Array) | undefined;
  /** Resolves after so many milliseconds: the pause before a request is repeated. */
  wait?: ((ms: number) => Promise<void>) | undefined;
  /** Milliseconds that one attempt may take (15,000). */
  timeout?: number | undefined;
  /** How often a request is sent at most when its answers are lost (3). */
  attempts?: number | undefined;
}

export interface StartOptions {
  /** The token of a mailed link, for the kinds that go on with one. */
  link?: string | undefined;
  /** Answers that are known already, in the order of the steps. The first refused one is in `flow.problem`. */
  inputs?: readonly Input[] | undefined;
  /** Where to go on afterwards; comes back in the step `done` when the organisation allows it. */
  returnTo?: string | undefined;
}

export interface OrganisationChoice {
  id: string;
  name: string;
}

export interface Client {
  /** Begins a flow. @throws {MfaProblem} */
  start(kind: Kind, options?: StartOptions): Promise<Flow>;
  /** Takes up the flow that a reload or a killed tab left behind, if there is one (of that kind). @throws {MfaProblem} */
  resume(kind?: Kind): Promise<Flow | undefined>;
  /** The session of this browser, or null. @throws {MfaProblem} */
  session(): Promise<Session | null>;
  /**
   * Ends the session. `forgetDevice` on a shared computer: it asks for a code again, whatever was remembered.
   * @throws {MfaProblem}
   */
  signOut(options?: { forgetDevice?: boolean | undefined }): Promise<void>;
  /** Organisations whose name matches. @throws {MfaProblem} */
  organisations(query: string): Promise<OrganisationChoice[]>;
  readonly account: AccountClient;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export const createClient = (options: ClientOptions): Client => {
  const { api, clock = Date.now } = options;
  const transport = createTransport({
    api,
    clock,
    fetch: options.fetch ?? platformFetch,
    language: options.language,
    random: options.random ?? ((bytes) => crypto.getRandomValues(new Uint8Array(bytes))),
    wait: options.wait ?? pause,
    timeout: options.timeout ?? 15_000,
    attempts: options.attempts ?? 3,
  });
  const storage = options.storage === undefined ? sessionStorageIfAny() : (options.storage ?? undefined);
  const resume = createResume(storage, api);

  return {
    async start(kind, { inputs, link, returnTo } = {}) {
      const body = {
        kind,
        ...(inputs?.length ? { inputs } : {}),
        ...(link ? { link } : {}),
        ...(returnTo ? { returnTo } : {}),
      };
      const answer = await transport({ method: 'POST', path: '/flows', body });
      const wire = flowOf(answer.body);
      const { token, problem } = answer.body as { token?: string; problem?: Problem };
      if (typeof token !== 'string') throw new MfaProblem('unexpected-answer');
      const serverClock = createServerClock(clock);
      serverClock.measure(wire.serverTime, answer);
      const { retryAfter } = answer;
      const refused =
        problem &&
        new MfaProblem(problem.code, { status: problem.status, problem: { ...problem, flow: wire }, retryAfter });
      return new RunningFlow({ wire, token, problem: refused, transport, resume, clock: serverClock });
    },

    async resume(kind) {
      const stored = resume.load();
      if (!stored || (kind && stored.kind !== kind)) return undefined;
      const { id, token } = stored;
      try {
        const answer = await transport({ method: 'GET', path: `/flows/${encodeURIComponent(id)}`, token });
        const wire = flowOf(answer.body);
        const serverClock = createServerClock(clock);
        serverClock.measure(wire.serverTime, answer);
        return new RunningFlow({ wire, token, transport, resume, clock: serverClock });
      } catch (error) {
        if ((error as MfaProblem).kind !== 'ended') throw error;
        resume.drop(id);
        return undefined;
      }
    },

    async session() {
      try {
        const { body } = await transport({ method: 'GET', path: '/session' });
        return (body as { session: Session }).session;
      } catch (error) {
        if ((error as MfaProblem).is('no-session')) return null;
        throw error;
      }
    },

    async signOut({ forgetDevice } = {}) {
      await transport({ method: 'DELETE', path: forgetDevice ? '/session?forget=device' : '/session' });
    },

    async organisations(query) {
      const { body } = await transport({ method: 'GET', path: `/organisations?q=${encodeURIComponent(query)}` });
      return (body as { organisations: OrganisationChoice[] }).organisations;
    },

    account: createAccountClient(transport),
  };
};

/** What the holder of a session may see and change of the own account. Every call rejects with an `MfaProblem`. */
export interface AccountClient {
  get(): Promise<Account>;
  /** How long 'remember me' remembers, one of `rememberChoices`. */
  setRememberFor(duration: Duration): Promise<Account>;
  renameFactor(id: string, name: string): Promise<Account>;
  /** Needs a fresh step-up. */
  removeFactor(id: string): Promise<void>;
  forgetDevice(id: string): Promise<void>;
  forgetDevices(): Promise<void>;
  /** Signs out everywhere else. */
  endOtherSessions(): Promise<void>;
  /** What happened to the account lately, newest first. */
  events(): Promise<AccountEvent[]>;
  /** 'This was not me': all other sessions, all devices and all flows end. What comes next is a new password. */
  notMe(eventId: string): Promise<void>;
}

const createAccountClient = (transport: Transport): AccountClient => {
  const account = async (method: 'GET' | 'PATCH', path: string, body?: unknown): Promise<Account> =>
    (await transport({ method, path, body })).body as Account;
  const remove = async (path: string): Promise<void> => {
    await transport({ method: 'DELETE', path });
  };
  return {
    get: () => account('GET', '/account'),
    setRememberFor: (rememberFor) => account('PATCH', '/account', { rememberFor }),
    renameFactor: (id, name) => account('PATCH', `/account/factors/${encodeURIComponent(id)}`, { name }),
    removeFactor: (id) => remove(`/account/factors/${encodeURIComponent(id)}`),
    forgetDevice: (id) => remove(`/account/devices/${encodeURIComponent(id)}`),
    forgetDevices: () => remove('/account/devices'),
    endOtherSessions: () => remove('/account/sessions'),
    async events() {
      const { body } = await transport({ method: 'GET', path: '/account/events' });
      return (body as { events: AccountEvent[] }).events;
    },
    async notMe(eventId) {
      const path = `/account/events/${encodeURIComponent(eventId)}`;
      await transport({ method: 'POST', path, body: { report: 'not-me' } });
    },
  };
};
