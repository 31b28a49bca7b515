import type { JsonWebKey } from 'node:crypto';
import type { Published, System } from './systems.ts';
import type { Authenticator, Installation, Passkey, Phone, User } from './users.ts';
import type { Cookies } from './wire.ts';

/** The proof of a factor. */
interface Proof {
  /** ms since the epoch. */
  at: number;
  /** The authenticator of the code; undefined for a recovery code or a passkey. */
  authenticator?: Authenticator | undefined;
  /** The passkey. */
  passkey?: Passkey | undefined;
  /** The phone. */
  phone?: Phone | undefined;
  /** Whether the phone asked for fewer than six digits. */
  isWeak?: boolean | undefined;
  /** Whether the passkey verified its user. */
  isVerified?: boolean | undefined;
}

/** The proofs that were really given in one flow. Times in ms since the epoch. */
export interface FlowRecord {
  /** The id of the flow. */
  id: string;
  /** The kind of the flow. */
  kind: string;
  /** The token of the flow. */
  token: string;
  /** The flow cookie of its browser. */
  cookie?: string | undefined;
  /** The latest possible end. */
  expires: number;
  /** Why the flow can't continue: it was revoked, cancelled or refused as expired. */
  dead?: string | undefined;
  /** Whether the flow is finished. */
  done?: true;
  /** The step that was shown last. */
  step?: string | undefined;
  /** The id of the organisation that was chosen. */
  organisation?: string | undefined;
  /** The username that was entered. */
  name?: string | undefined;
  /** The user whose password was correct, or to whom the link or session of the flow belongs. */
  user?: User | undefined;
  /** The number of the password that was accepted (`User.passwords`). */
  password?: number | undefined;
  /** The device cookie that was sent with the password. */
  device?: string | undefined;
  /** The last factor on the remembered device, which replaces a factor in this flow. */
  remembered?: { factorTime: number } | undefined;
  /** How long the device is remembered if the user chooses it, in ms. */
  rememberFor?: number | undefined;
  /** The factor that was proven in this flow. */
  factor?: ({ method: 'totp' | 'sms' | 'email' | 'recovery-code' | 'passkey' | 'push' } & Proof) | undefined;
  /** The unused challenges for a passkey that this flow showed. */
  challenges?: Set<string> | undefined;
  /** The id of the request for approval that this flow showed last. */
  push?: string | undefined;
  /** The client that authenticated itself at the start, with its key, and the installation if it is one. */
  client?:
    | { id: string; key: JsonWebKey; installation?: Installation | undefined; owner?: User | undefined }
    | undefined;
  /** The system that handed the user over, the key that signed the token, and what it proved at most (K11). */
  handOver?: (Pick<System, 'issuer' | 'proves'> & { key: JsonWebKey; published: Published | undefined }) | undefined;
  /** The other origin on which the flow began. It continues there only. */
  portal?: string | undefined;
  /** What the flow's assertion must contain: the nonce, and the origin on which the flow began (R68). */
  assertion?: { nonce: string; audience: string | undefined } | undefined;
  /** Whether a portal began the flow, after it had checked the password. */
  begun?: true | undefined;
  /** The address that the login was asked to return to. */
  returnTo?: string | undefined;
  /** What a finished flow reached, and when, in ms since the epoch. */
  result?: { amr: string[]; acr: string; at: number } | undefined;
  /** Whether the factor was a help-desk code, which permits only an enrolment. */
  desk?: true | undefined;
  /** Whether the user chose to have the device remembered. */
  ticked?: true | undefined;
  /** The phone number that the flow enrolls. */
  number?: string | undefined;
  /** The secret that this flow showed. */
  shown?: Uint8Array | undefined;
  /** The recovery codes that this flow showed. */
  codes?: string[] | undefined;
  /** The factor that was enrolled in this flow. */
  enrolled?: Proof | undefined;
  /** Whether the user confirmed the new recovery codes. */
  kept?: true | undefined;
  /** The number of the password that was confirmed (`User.passwords`). */
  confirmed?: number | undefined;
  /** Whether a new password was set. */
  changed?: true | undefined;
  /** Whether the enrolment was deferred. */
  deferred?: true | undefined;
  /** Whether a lock was lifted. */
  unlocked?: true | undefined;
  /** Set if the help desk started the new password, by this code or by a letter. The flow then requires the old factor. */
  helpDesk?: { code?: string } | undefined;
  /** The mailed link that the flow began with. */
  link?: string | undefined;
  /** The session that the flow began with. */
  session?: string | undefined;
}

/** A session that a flow has ended in, and its assurance. Times in ms since the epoch. */
export interface SessionRecord {
  /** The user who is logged in. */
  user: User;
  /** The client of its login (R94). */
  client?: string | undefined;
  /** The expected `amr`. */
  amr: string[];
  /** The expected `acr`. */
  acr: string;
  /** The time of the login or of the last step-up. */
  authTime: number;
  /** The time of the last real second factor; undefined if there was none. */
  factorTime: number | undefined;
  /** When a page of the portal let the session through last: this uses it, so it stays alive for another hour. */
  seen?: number;
  /** Whether that factor was a recovery code. */
  recovery: boolean;
  /** The end of the session, even if it is in use. */
  expires: number;
  /**
   * Set if the session may have ended: a changing call used it after it had expired, and the clock may be set back; or the answer
   * of a login that may have replaced it was lost.
   */
  over?: true;
  /** Why the session ended. */
  dead?: string | undefined;
}

/** The purpose of a mailed link. */
export type LinkKind = 'activate' | 'reset' | 'unlock' | 'register';

/** A mailed link: valid once, until it expires, is replaced by a newer one, or the password changes. */
export interface LinkRecord {
  /** The purpose of the link. */
  kind: LinkKind;
  /** The user that it was sent to; undefined for a registration. */
  user?: User | undefined;
  /** The address of a registration. */
  email?: string | undefined;
  /** The id of the organisation. */
  organisation: string;
  /** When it was made, in ms since the epoch. */
  from: number;
  /** When it expires, in ms since the epoch. */
  until: number;
  /** Whether it is on a letter of the help desk for a new password. */
  byDesk?: true | undefined;
  /** Why it can't be used any more. */
  dead?: string | undefined;
}

/** The circumstances of a request. Times in ms since the epoch. */
export interface Given {
  /** When the request was sent. */
  sent: number;
  /** When it was answered. */
  now: number;
  /** The cookies that it was sent with. */
  cookies: Cookies;
  /** The header `Origin`. */
  origin?: string | undefined;
  /** Whether another request ran at the same time: a refusal then needs no cause in this request. */
  disturbed: boolean;
  /** Whether the answer was lost because the instance was killed. */
  lost: boolean;
  /** The step that the answer showed, for the last input that was accepted. */
  next?: string | undefined;
}

/** The body of `POST /flows`. */
export interface BeginBody {
  /** The kind of the flow. */
  kind: string;
  /** The first inputs. */
  inputs?: SentInput[];
  /** The token of a mailed link. */
  link?: string | undefined;
  /** The id of a client. */
  client?: string | undefined;
  /** The assertion of that client. */
  clientAssertion?: string | undefined;
  /** The token of another system (K11). */
  handOver?: string | undefined;
  /** The nonce of a portal's server, which asks for an assertion. */
  nonce?: string | undefined;
  /** The address to return to. */
  returnTo?: string | undefined;
}

/** One input as it was sent. */
export interface SentInput {
  /** The step that it belongs to. */
  step: string;
  /** Default: `submit`. */
  action?: string;
  [field: string]: unknown;
}
