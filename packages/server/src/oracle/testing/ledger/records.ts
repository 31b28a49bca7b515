import type { Authenticator, User } from './users.ts';

/** What was really proven in one flow. Times in ms since the epoch. */
export interface FlowRecord {
  id: string;
  kind: string;
  token: string;
  /** The browser's flow cookie. */
  cookie?: string | undefined;
  /** The latest end that it can have. */
  expires: number;
  /** It was revoked, or refused as expired: it never goes on. */
  dead?: string | undefined;
  done?: true;
  /** The step that was shown last. */
  step?: string | undefined;
  organisation?: string | undefined;
  name?: string | undefined;
  /** Who it is: whose password was right, whose link or session it began with. */
  user?: User | undefined;
  /** Which of the user's passwords was typed. */
  password?: number | undefined;
  /** The device cookie that came with the password, and the factor that it stands in for. */
  device?: string | undefined;
  remembered?: { factorTime: number } | undefined;
  /** How long a tick remembers this device, in ms. */
  rememberFor?: number | undefined;
  factor?: { method: 'totp' | 'recovery-code'; at: number; authenticator?: Authenticator | undefined } | undefined;
  /** The factor was the help desk's code: good for a set-up alone. */
  desk?: true | undefined;
  ticked?: true | undefined;
  /** The secret and the recovery codes that this flow showed. */
  shown?: Uint8Array | undefined;
  codes?: string[] | undefined;
  enrolled?: { at: number; authenticator: Authenticator } | undefined;
  kept?: true | undefined;
  confirmed?: number | undefined;
  changed?: true | undefined;
  deferred?: true | undefined;
  unlocked?: true | undefined;
  /** The help desk's code or letter for a new password, which asks for the old factor first. */
  helpDesk?: { code?: string } | undefined;
  /** The mailed link, or the session, that it began with. */
  link?: string | undefined;
  session?: string | undefined;
}

export interface SessionRecord {
  user: User;
  amr: string[];
  acr: string;
  authTime: number;
  factorTime: number | undefined;
  recovery: boolean;
  expires: number;
  /** A changing call came with it when its time was over: that may have ended it, whatever the clock says later. */
  over?: true;
  /** Why it ended. */
  dead?: string | undefined;
}

export type LinkKind = 'activate' | 'reset' | 'unlock' | 'register';

/** A mailed link: good once, in its time, until a newer one or a new password. */
export interface LinkRecord {
  kind: LinkKind;
  user?: User | undefined;
  email?: string | undefined;
  organisation: string;
  from: number;
  until: number;
  /** On a letter of the help desk, for a new password. */
  byDesk?: true | undefined;
  dead?: string | undefined;
}

/** When a request was sent and answered, and with what. */
export interface Given {
  sent: number;
  now: number;
  cookies: { session?: string; device?: string; flow?: string };
  /** Something else fell between, or was sent beside it: a refusal then needs no cause of its own. */
  disturbed: boolean;
  /** The answer was lost with the instance: what it set is known to nobody. */
  lost: boolean;
}

/** One input as it was sent. */
export interface SentInput {
  step: string;
  action?: string;
  [field: string]: unknown;
}
