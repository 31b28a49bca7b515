import type { IncomingMessage } from 'node:http';
import type { Acr, Amr, Method, Session } from '@tweestap/protocol';

/** The user of an event: `id`, `organisation`, `username`, and `name` and `externalId` if there are any. */
export type EventUser = Session['user'];

/** What all events have. */
interface ServerEvent {
  /** When it happened, in RFC 3339. */
  at: string;
  /** The user whom it is about: `id`, `organisation`, `username`, and `name` and `externalId` if there are any. */
  user: EventUser;
  /** The network address of the client; of an IPv6 address its /64. Absent if no client made a request. */
  address?: string;
  /** The id that is in the log and in the problem of the same request. */
  correlationId?: string;
  /** Node's request that caused it. Absent for a change that was not made by a request to the API. */
  request?: IncomingMessage;
}

/** A user has logged in, or has verified a factor again in a session (`step-up`). */
export interface LoginEvent extends ServerEvent {
  /** `login`, or `step-up` for a fresh factor in a session that exists. */
  kind: 'login' | 'step-up';
  /** How the user was authenticated (RFC 8176). */
  amr: Amr[];
  /** The assurance level that was reached. */
  acr: Acr;
  /** The method of the second factor, if one was verified. */
  method?: Method;
  /** A remembered device replaced the second factor (D1). */
  remembered: boolean;
  /** The set-up of a second factor was deferred. */
  deferred: boolean;
  /** The client that authenticated itself at the login (R94). */
  client?: string;
}

/** A user has logged out. */
export type LogoutEvent = ServerEvent;

/** Who made a change: the user, or the role that a verb of the administration was called with. */
export type ChangedBy = 'user' | 'helpdesk' | 'administrator' | (string & {});

/** The factors of an account have changed. */
export interface FactorEvent extends ServerEvent {
  /**
   * `added` (it may replace an earlier one), `removed`, `off` (the user turned the second factor off), `reset` (the help desk
   * ended all factors), or `recovery-codes` (new ones were made).
   */
  change: 'added' | 'removed' | 'off' | 'reset' | 'recovery-codes';
  /** The method, where the change is about one. */
  method?: Method;
  /** Who changed it. */
  by: ChangedBy;
}

/** The password of an account was set or changed. */
export interface PasswordEvent extends ServerEvent {
  /** Who changed it. */
  by: ChangedBy;
}

/** The sessions of an account were ended, other than by logging out or by their age. */
export interface SessionsEndedEvent {
  /** When it happened, in RFC 3339. */
  at: string;
  /** The user whose sessions ended. The account may be deleted already. */
  user: { id: string; organisation: string; externalId?: string };
  /**
   * `proof-changed` (the password or a factor), `help-desk`, `not-me` (the user reported an event), `disabled`, `ended` (by the
   * user or the help desk), or `deleted`.
   */
  reason: 'proof-changed' | 'help-desk' | 'not-me' | 'disabled' | 'ended' | 'deleted';
  /** The session that caused it continues. Its request is `request`, on the instance that received it. */
  keepsOne: boolean;
  /** Node's request that caused it, on the instance that received it. */
  request?: IncomingMessage;
}

/**
 * Functions that are called after something has happened and is stored. They can't change the result: an error is logged. A
 * response waits for them, at most five seconds.
 */
export interface EventHandlers {
  /** A user has logged in, or has verified a factor again. Called on the instance of the request. */
  onLogin?(event: LoginEvent): void | Promise<void>;
  /** A user has logged out. Called on the instance of the request. */
  onLogout?(event: LogoutEvent): void | Promise<void>;
  /** A factor was added, removed or reset. Called in the process that made the change. */
  onFactorChanged?(event: FactorEvent): void | Promise<void>;
  /** A password was set or changed. Called in the process that made the change. */
  onPasswordChanged?(event: PasswordEvent): void | Promise<void>;
  /**
   * All sessions of an account have ended. Called on every instance, so that each can end the portal's own sessions of the
   * user. While an instance has no connection to the database, it misses events.
   */
  onSessionsEnded?(event: SessionsEndedEvent): void | Promise<void>;
}

/** The names of the handlers. */
export const eventNames = [
  'onLogin',
  'onLogout',
  'onFactorChanged',
  'onPasswordChanged',
  'onSessionsEnded',
] as const satisfies readonly (keyof EventHandlers)[];
