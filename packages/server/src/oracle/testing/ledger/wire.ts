import type { JsonWebKey } from 'node:crypto';

/*
 * The wire format as the ledger reads it, declared here a second time so that the ledger shares no schema with the server
 * or the protocol.
 */

/** The name of a cookie without its prefix. */
export type CookieName = 'session' | 'device' | 'flow' | 'begun' | 'hand-over';
/** Cookies by name. */
export type Cookies = Partial<Record<CookieName, string>>;

/** One request. */
export interface Call {
  /** The HTTP method. */
  method: string;
  /** The path below the mount path. */
  path: string;
  /** The body before it is encoded as JSON. */
  body?: unknown;
  /** The token of the flow. */
  token?: string | undefined;
  /** The cookies that are sent. */
  cookies: Cookies;
  /** The value of `Idempotency-Key`. */
  key?: string | undefined;
  /** The proof of possession of a phone. */
  dpop?: string | undefined;
  /** The header `Origin`. Default: none. */
  origin?: string | undefined;
  /** The IP address that the request comes from. */
  address: string;
}

/** A step as an answer shows it. */
export interface ShownStep {
  /** The name of the step. */
  type: string;
  /** The actions that the step offers. */
  actions?: string[];
  [field: string]: unknown;
}

/** A flow as an answer shows it. */
export interface ShownFlow {
  /** The id of the flow. */
  id: string;
  /** The kind of the flow. */
  kind: string;
  /** Whether the flow is finished. */
  status: 'open' | 'done';
  /** The present step. */
  step: ShownStep;
}

/** A finished login, as the portal learns of it. */
export interface Completed {
  /** The portal's id of the user. */
  userId: string;
  /** The id of the flow. */
  flow: string;
  /** The id of the account. */
  accountId: string;
  /** The id of the organisation. */
  organisation: string;
  /** The methods. */
  amr: string[];
  /** The assurance. */
  acr: string;
}

/** The fields of answers that the walk and the ledger read. */
export interface Body {
  /** The flow after the request. */
  flow?: ShownFlow;
  /** The token of a new flow. */
  token?: string;
  /** The code of a problem. */
  code?: string;
  /** The index of the input that was refused. */
  input?: number;
  /** The problem of a first input, in the answer to `POST /flows`. */
  problem?: { code: string; input?: number };
  /** The answer to `GET /session`. */
  session?: Record<string, unknown> & { user: Record<string, unknown> };
  /** The user of the account. */
  user?: Record<string, unknown>;
  /** The factors of the account. */
  factors?: { id: string; name: string; method: string }[];
  /** The remembered devices of the account. */
  devices?: { id: string; current: boolean }[];
  /** The recent events of the account. */
  events?: { id: string; event: string }[];
  /** The requests that a phone can answer. */
  requests?: { id: string; challenge: string; digits: number; portal: string }[];
  /** A phone, as it sees itself. */
  device?: { id: string; state: string; name: string; channel?: 'sms' | 'mail'; code?: string; factorCode?: boolean };
  /** The secret for codes by hand that a phone gets once. */
  totp?: { secret: string };
  /** The nonce for a hand-over. */
  nonce?: string;
  /** The login that a portal began. */
  begun?: { flow: string; isDone: boolean };
  /** The login that a portal may release its session for. */
  login?: Completed;
  /** The published keys. */
  keys?: (JsonWebKey & { kid: string })[];
  /** A new installation. */
  installation?: { id: string };
  /** The number of unspent recovery codes. */
  recoveryCodesLeft?: number;
}

/** The answer to a request. */
export interface Reply {
  /** The HTTP status. */
  status: number;
  /** The decoded body; empty without one. */
  body: Body;
  /** The cookies that the answer sets; null deletes a cookie. */
  set: Partial<Record<CookieName, string | null>>;
}
