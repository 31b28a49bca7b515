import type { Account, AccountEvent, Duration, Input, Kind, Problem, PublicKey, Session } from '@tweestap/protocol';
import { type Flow, flowOf, RunningFlow } from './flow.ts';
import { createLastLogin } from './last-login.ts';
import { createPasskeys, type Passkeys } from './passkeys.ts';
import { createPlatformFetch } from './platform-fetch.ts';
import { MfaProblem } from './problem.ts';
import { createResume, type ResumeStorage, sessionStorageIfAny } from './resume.ts';
import { type ApiResponse, createServerClock, createTransport, type Transport } from './transport.ts';
import { createStream } from './transport-stream.ts';

/** Options of `createClient`. */
export interface ClientOptions {
  /** Mount path (`/mfa/v1`) or absolute URL of the API. Outside a browser it must be an absolute URL. */
  api: string;
  /** Sends the requests. Default the platform's `fetch`; outside a browser it keeps the cookies of the API in memory. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Returns the BCP 47 tag of the page's language, for the texts that the server writes. Default the browser's languages. */
  language?: (() => string | undefined) | undefined;
  /** Performs the ceremonies of passkeys. Default the browser's. */
  passkeys?: Passkeys | undefined;
  /** Where an open flow is stored, to survive a reload. Default `sessionStorage` if it exists; `null` stores nothing. */
  storage?: ResumeStorage | null | undefined;
  /** Returns the local time in milliseconds since the epoch. Default `Date.now`. */
  clock?: (() => number) | undefined;
  /** Returns the given number of random bytes. Default `crypto.getRandomValues`. */
  random?: ((bytes: number) => Uint8Array) | undefined;
  /** Resolves after the given number of milliseconds: the pause before a request is repeated. Default `setTimeout`. */
  wait?: ((ms: number) => Promise<void>) | undefined;
  /** Maximum duration of one attempt, in milliseconds. Default 15,000. */
  timeout?: number | undefined;
  /** Maximum number of attempts for one request, if its responses are lost. Default 3. */
  attempts?: number | undefined;
}

/** Options of `Client.start`. */
export interface StartOptions {
  /** The token of a mailed link, for the kinds that continue one. */
  link?: string | undefined;
  /** Inputs that are already known, in the order of the steps. The problem of the first refused one is in `flow.problem`. */
  inputs?: readonly Input[] | undefined;
  /** Address to continue at after the flow. The step `done` returns it if the organisation allows it. */
  returnTo?: string | undefined;
  /** The client of the organisation's policy that begins the login. The first input must be the organisation. */
  client?: string | undefined;
  /** The assertion by which that client authenticates itself: a signed JWT (RFC 7523 §3), valid once. */
  clientAssertion?: string | undefined;
  /**
   * For `login` and `step-up`: the nonce that the portal's server made for its session. The step `done` then has an `assertion`,
   * which the page sends to that server.
   */
  nonce?: string | undefined;
  /** For `login`: the token by which another system hands its user over. It has the nonce of `handOverNonce()`. */
  handOver?: string | undefined;
}

/** An organisation that the user can choose. */
export interface OrganisationChoice {
  /** The id, as the input of the step `organisation` needs it. */
  id: string;
  /** The name that the user sees. */
  name: string;
}

/** A login that was finished in this tab, and its session. */
export interface RecentLogin {
  /** The session. */
  session: Session;
  /** The address that the login continued at, if the server allowed one. */
  returnTo?: string | undefined;
}

/** The SDK for one API: flows, the session and the account. */
export interface Client {
  /** Starts a flow. @throws {MfaProblem} */
  start(kind: Kind, options?: StartOptions): Promise<Flow>;
  /**
   * Continues the login that the portal's server began in this browser (`beginFor`). A second call, for example after a reload,
   * returns the same flow. @throws {MfaProblem} `no-such-flow` if there is none, `flow-expired` if it is over
   */
  begun(): Promise<Flow>;
  /** Resumes the flow that a reload or a closed tab interrupted. Undefined if there is none, or none of that kind. @throws {MfaProblem} */
  resume(kind?: Kind): Promise<Flow | undefined>;
  /**
   * Returns a nonce of this browser, for the token by which another system hands its user over. It is valid for ten minutes.
   * @throws {MfaProblem}
   */
  handOverNonce(): Promise<string>;
  /** Returns the session of this browser, or null if there is none. @throws {MfaProblem} */
  session(): Promise<Session | null>;
  /**
   * Returns the session if a login was finished in this tab, with the address that it continued at if the server allowed one.
   * Null without a request if there was none, or `logOut` was called since. @throws {MfaProblem}
   */
  recentLogin(): Promise<RecentLogin | null>;
  /**
   * Ends the session. With `forgetDevice` this browser is no longer remembered, so the next login asks for a code (R41a).
   * @throws {MfaProblem}
   */
  logOut(options?: { forgetDevice?: boolean | undefined }): Promise<void>;
  /** Returns the organisations whose name matches. @throws {MfaProblem} */
  organisations(query: string): Promise<OrganisationChoice[]>;
  /** The passkeys of the browser. */
  readonly passkeys: Passkeys;
  /** The account of the session. */
  readonly account: AccountClient;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Makes a client. It sends no request until one of its methods is called. */
export const createClient = (options: ClientOptions): Client => {
  const { api, clock = Date.now, wait = pause, passkeys = createPasskeys() } = options;
  const sending = { api, clock, fetch: options.fetch ?? createPlatformFetch(), language: options.language };
  const stream = createStream(sending);
  const transport = createTransport({
    ...sending,
    random: options.random ?? ((bytes) => crypto.getRandomValues(new Uint8Array(bytes))),
    wait,
    timeout: options.timeout ?? 15_000,
    attempts: options.attempts ?? 3,
  });
  const storage = options.storage === undefined ? sessionStorageIfAny() : (options.storage ?? undefined);
  const resume = createResume(storage, api);
  const lastLogin = createLastLogin(storage, api);

  const session = async (): Promise<Session | null> => {
    try {
      const { body } = await transport({ method: 'GET', path: '/session' });
      return (body as { session: Session }).session;
    } catch (error) {
      if (!(error as MfaProblem).is('no-session')) throw error;
      lastLogin.drop();
      return null;
    }
  };

  const running = (response: ApiResponse, token: string, problem?: MfaProblem): Flow => {
    const wire = flowOf(response.body);
    const serverClock = createServerClock(clock);
    serverClock.measure(wire.serverTime, response);
    const own = { transport, stream, wait, resume, lastLogin, passkeys };
    return new RunningFlow({ wire, token, problem, ...own, clock: serverClock });
  };

  /** The flow of a response that has its token too, and the problem of a first input that was refused. */
  const opened = (response: ApiResponse): Flow => {
    const wire = flowOf(response.body);
    const { token, problem } = response.body as { token?: string; problem?: Problem };
    if (typeof token !== 'string') throw new MfaProblem('unexpected-answer');
    const { retryAfter } = response;
    const refused =
      problem &&
      new MfaProblem(problem.code, { status: problem.status, problem: { ...problem, flow: wire }, retryAfter });
    return running(response, token, refused);
  };

  return {
    async start(kind, { inputs, link, returnTo, client, clientAssertion, nonce, handOver } = {}) {
      const body = {
        kind,
        ...(inputs?.length ? { inputs } : {}),
        ...(link ? { link } : {}),
        ...(returnTo ? { returnTo } : {}),
        ...(client ? { client } : {}),
        ...(clientAssertion ? { clientAssertion } : {}),
        ...(nonce ? { nonce } : {}),
        ...(handOver ? { handOver } : {}),
      };
      return opened(await transport({ method: 'POST', path: '/flows', body }));
    },

    async begun() {
      return opened(await transport({ method: 'POST', path: '/flows/begun' }));
    },

    async resume(kind) {
      const stored = resume.load();
      if (!stored || (kind && stored.kind !== kind)) return undefined;
      const { id, token } = stored;
      try {
        const response = await transport({ method: 'GET', path: `/flows/${encodeURIComponent(id)}`, token });
        return running(response, token);
      } catch (error) {
        if ((error as MfaProblem).kind !== 'ended') throw error;
        resume.drop(id);
        return undefined;
      }
    },

    async handOverNonce() {
      const { body } = await transport({ method: 'POST', path: '/hand-over' });
      return (body as { nonce: string }).nonce;
    },

    session,

    async recentLogin() {
      const login = lastLogin.load();
      const found = login && (await session());
      return found ? { session: found, returnTo: login?.returnTo } : null;
    },

    async logOut({ forgetDevice } = {}) {
      await transport({ method: 'DELETE', path: forgetDevice ? '/session?forget=device' : '/session' });
      lastLogin.drop();
    },

    async organisations(query) {
      const { body } = await transport({ method: 'GET', path: `/organisations?q=${encodeURIComponent(query)}` });
      return (body as { organisations: OrganisationChoice[] }).organisations;
    },

    passkeys,
    account: createAccountClient(transport),
  };
};

/** An installation of a client, registered by a user. */
export type Installation = Account['installations'][number];

/** The key of an installation, and the proof that the installation has its private key. */
export interface NewInstallation {
  /** The public key as a JWK: P-256 for ES256, or Ed25519 for EdDSA. */
  publicKey: PublicKey;
  /** A JWT that the key signed, with the client as `iss`, `user.id` of the session as `sub`, and a new `jti`. */
  proof: string;
  /** The name in the settings. Default: the name of the client. */
  name?: string | undefined;
}

/** Reads and changes the account of the session. Every call rejects with an `MfaProblem`. */
export interface AccountClient {
  /** Returns the account, with its factors and remembered devices. */
  get(): Promise<Account>;
  /** Sets how long a device is remembered: one of the account's `rememberChoices`. */
  setRememberFor(duration: Duration): Promise<Account>;
  /** Renames a factor. */
  renameFactor(id: string, name: string): Promise<Account>;
  /** Removes a factor. Requires a fresh step-up. */
  removeFactor(id: string): Promise<void>;
  /** Forgets one remembered device. */
  forgetDevice(id: string): Promise<void>;
  /** Forgets all remembered devices. */
  forgetDevices(): Promise<void>;
  /** Removes an installation of a client. Its key authenticates nothing any more. */
  removeInstallation(id: string): Promise<void>;
  /** Registers the key of an installation of a client. Requires a fresh step-up. */
  addInstallation(client: string, installation: NewInstallation): Promise<Installation>;
  /** Ends all sessions of the account except this one. */
  endOtherSessions(): Promise<void>;
  /** Returns the recent events of the account, newest first. */
  events(): Promise<AccountEvent[]>;
  /** Reports 'this was not me': ends all other sessions and all flows, and forgets all devices. The user must then choose a new password. */
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
    removeInstallation: (id) => remove(`/account/installations/${encodeURIComponent(id)}`),
    async addInstallation(client, body) {
      const path = `/clients/${encodeURIComponent(client)}/installations`;
      const response = await transport({ method: 'POST', path, body });
      return (response.body as { installation: Installation }).installation;
    },
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
