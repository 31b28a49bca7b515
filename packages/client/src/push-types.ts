import type { PushAccount, PushDevice, PushRequest } from '@tweestap/protocol';
import type { Presence, Timers } from './back-off.ts';
import type { MfaProblem } from './problem.ts';
import type { KeyStorage } from './push/storage.ts';

/** Options of `createPushDevice`. */
export interface PushDeviceOptions {
  /** Mount path (`/mfa/v1`) or absolute URL of the API. Outside a browser it must be an absolute URL. */
  api: string;
  /** Where the linked accounts and their keys are stored. Default IndexedDB. */
  storage?: KeyStorage | undefined;
  /** Sends the requests. Default the platform's `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Returns the BCP 47 tag of the page's language. Default the browser's languages. */
  language?: (() => string | undefined) | undefined;
  /** Returns the local time in milliseconds since the epoch. Default `Date.now`. */
  clock?: (() => number) | undefined;
  /** Resolves after the given number of milliseconds: the pause before a request is repeated. Default `setTimeout`. */
  wait?: ((ms: number) => Promise<void>) | undefined;
  /** Schedules the pauses between connections. Default `setTimeout`. */
  timers?: Timers | undefined;
  /** Reports whether the user sees the page. Default the document's visibility. */
  presence?: Presence | undefined;
}

/** An account that this phone is linked to. */
export interface PushLink {
  /** The id of this device at the server, different for each account. */
  readonly id: string;
  /** The device, as the server last sent it. */
  readonly device: PushDevice;
  /** The account, as the server last sent it. */
  readonly account: PushAccount;
  /** Whether the phone can show codes for this account. */
  readonly hasCodes: boolean;
}

/** The logins that wait for an answer, and the earlier ones, newest first. */
export interface PushInbox {
  /** The logins that wait for an answer. */
  readonly requests: readonly PushRequest[];
  /** The logins that were answered or have expired. */
  readonly history: readonly PushRequest[];
}

/** A code to enter by hand. */
export interface PushCode {
  /** The digits. */
  readonly code: string;
  /** Seconds for which a code is shown. */
  readonly period: number;
  /** When the next code appears, in milliseconds since the epoch, by the local clock. */
  readonly expiresAt: number;
}

/** Called with the logins at each change, or with the problem while they can't be read. */
export type InboxListener = (inbox: PushInbox | undefined, problem?: MfaProblem) => void;

/** A phone that approves logins, for any number of accounts. Every call rejects with an `MfaProblem`. */
export interface PushPhone {
  /** Returns the linked accounts, as they are stored. Sends no request. */
  links(): Promise<readonly PushLink[]>;
  /** Links the account of a QR code or a mailed link: makes a key and proves it. `name` is the name of the phone. */
  link(token: string, name?: string): Promise<PushLink>;
  /** Confirms the link with the code that was sent to the user. */
  confirm(id: string, code: string): Promise<PushLink>;
  /** Reads the device and its account again. */
  refresh(id: string): Promise<PushLink>;
  /** Returns the logins of an account. */
  requests(id: string): Promise<PushInbox>;
  /**
   * Returns the login in a link that has opened the app on this phone, or undefined if there is none. The server finds it only for
   * the browser in which that login has started (R20), so a link from someone else shows nothing.
   */
  request(id: string, request: string): Promise<PushRequest | undefined>;
  /** Calls the listener with the logins of an account, now and at each change, until the signal aborts. */
  listen(id: string, listener: InboxListener, signal: AbortSignal): void;
  /** Approves or denies a login. `number` is what the user has entered. */
  answer(id: string, request: PushRequest, answer: 'approve' | 'deny', number?: string): Promise<PushRequest>;
  /** Lifts the lock that wrong passwords have caused (R50). */
  unlock(id: string): Promise<PushAccount>;
  /** Removes the account from this phone and its key from the server. */
  unlink(id: string): Promise<void>;
  /** Lets the browser's push service wake the phone. Returns false if the server has none, or the browser or the user refuses that. */
  subscribe(id: string, registration: ServiceWorkerRegistration): Promise<boolean>;
  /** Returns the current code of an account; undefined if it has none. Sends no request. */
  code(id: string): Promise<PushCode | undefined>;
}
