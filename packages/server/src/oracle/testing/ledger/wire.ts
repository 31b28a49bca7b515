/*
 * The wire as the ledger reads it: by CONTRACT §2 alone, with none of the server's or the protocol's schemas.
 */

export type CookieName = 'session' | 'device' | 'flow';
export type Cookies = Partial<Record<CookieName, string>>;

export interface Call {
  method: string;
  /** Below the mount path. */
  path: string;
  body?: unknown;
  /** The flow's. */
  token?: string | undefined;
  cookies: Cookies;
  /** `Idempotency-Key`. */
  key?: string | undefined;
  /** Where it comes from. */
  address: string;
}

export interface ShownStep {
  type: string;
  actions?: string[];
  [field: string]: unknown;
}

export interface ShownFlow {
  id: string;
  kind: string;
  status: 'open' | 'done';
  step: ShownStep;
}

/** What answers hold, as far as the walk and the ledger look at it. */
export interface Body {
  flow?: ShownFlow;
  token?: string;
  /** Of a problem, or of the problem of a first input. */
  code?: string;
  input?: number;
  problem?: { code: string; input?: number };
  session?: Record<string, unknown> & { user: Record<string, unknown> };
  user?: Record<string, unknown>;
  factors?: { id: string; name: string }[];
  devices?: { id: string; current: boolean }[];
  events?: { id: string; event: string }[];
  recoveryCodesLeft?: number;
}

export interface Reply {
  status: number;
  body: Body;
  /** The cookies that it sets; null takes one away. */
  set: Partial<Record<CookieName, string | null>>;
}
