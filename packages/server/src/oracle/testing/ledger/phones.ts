import type { JsonWebKey } from 'node:crypto';
import type { FlowRecord } from './records.ts';
import type { Phone, User } from './users.ts';

const MINUTE = 60_000;
/** ms: how long a link that a flow shows, a mailed link, the code of a phone, and an approval are valid. */
export const LIVES = { shown: 15 * MINUTE, mailed: 24 * 60 * MINUTE, code: 10 * MINUTE, approval: 5 * MINUTE };

/** A link that a phone opens to be linked. Times in ms since the epoch. */
export interface PhoneLink {
  /** The user whose phone is linked. */
  user: User;
  /** The flow that shows the link; undefined if the help desk sent it. */
  flow?: FlowRecord | undefined;
  /** When it expires. */
  until: number;
  /** Why it can't be used any more. */
  dead?: string | undefined;
}

/** A phone that has opened a link. Times in ms since the epoch. */
export interface WaitingPhone {
  /** The id of the phone and of its future factor. */
  id: string;
  /** The user of the link. */
  user: User;
  /** The flow of the link. */
  flow?: FlowRecord | undefined;
  /** Its public key. */
  jwk: JsonWebKey;
  /** Its name. */
  name: string;
  /** Where the code is that confirms it. */
  channel: 'sms' | 'mail' | 'screen' | 'factor';
  /** The code that it shows itself. */
  code?: string | undefined;
  /** When it opened the link. */
  from: number;
  /** When its code expires. */
  until: number;
  /** The number of wrong codes. */
  tries: number;
  /** Whether a correct code was typed. */
  isConfirmed?: true;
  /** Whether it became a factor. */
  isBound?: true;
  /** The secret for codes by hand, which it got once. */
  secret?: Uint8Array;
  /** Why it can't be linked any more. */
  dead?: string | undefined;
}

/** A request for approval. Times in ms since the epoch. */
export interface PushRequest {
  /** The flow that it belongs to. */
  flow: FlowRecord;
  /** The user whose phones can answer it. */
  user: User;
  /** The number of digits that the phone asks for. */
  digits: number;
  /** The host of the website that the login returns to, or that of the server. */
  portal: string;
  /** The number that the login screen showed. */
  number?: string | undefined;
  /** The challenge that a phone was shown. */
  challenge?: string | undefined;
  /** When it was sent. */
  from: number;
  /** When it expires. */
  until: number;
  /** Set once a phone approved it. `isMaybe`: the answer was lost. */
  approval?: { phone: Phone; at: number; isMaybe?: true };
  /** Why it can't be answered, or its approval not be used, any more. */
  dead?: string | undefined;
}

/** The ledger's record of phones that are being linked, and of requests for approval. */
export class Phones {
  /** The links by token. */
  readonly links = new Map<string, PhoneLink>();
  /** The phones that opened a link, by id. */
  readonly waiting = new Map<string, WaitingPhone>();
  /** The requests by id. */
  readonly requests = new Map<string, PushRequest>();
  /** The proofs and assertions that were accepted, by signer and `jti`. Each is accepted once. */
  readonly used = new Set<string>();
  /** The keys of all phones that were ever linked, as text, with the user of each. */
  readonly keys = new Map<string, User>();

  /** Removes what is known of a deleted user. A key is then free again. */
  forget(user: User): void {
    for (const [key, owner] of this.keys) if (owner === user) this.keys.delete(key);
  }

  /** Records a link that the help desk sent. It replaces the older ones of the user that no flow shows. */
  mailed(token: string, user: User, from: number): void {
    if (this.links.has(token)) return;
    for (const link of this.links.values()) if (link.user === user && !link.flow) link.dead ??= 'a newer one was sent';
    this.links.set(token, { user, until: from + LIVES.mailed });
  }

  /** Records a link that a flow shows. It replaces the older ones of the flow, and the phone that opened one of them. */
  shown(token: string, flow: FlowRecord, now: number): void {
    const { user } = flow;
    if (this.links.has(token) || !user) return;
    for (const link of this.links.values()) if (link.flow === flow) link.dead ??= 'a newer one was shown';
    for (const phone of this.waiting.values()) if (phone.flow === flow) phone.dead ??= 'a newer link was shown';
    this.links.set(token, { user, flow, until: now + LIVES.shown });
  }

  /** The newest phone of a flow that can still be linked. */
  of(flow: FlowRecord): WaitingPhone | undefined {
    return [...this.waiting.values()].findLast((each) => each.flow === flow && !each.dead && !each.isBound);
  }

  /** Ends what a user can't use any more after a revocation, except that of one flow (R34). */
  end(user: User, why: string, keep?: FlowRecord): void {
    for (const link of this.links.values()) if (link.user === user && isOther(link, keep)) link.dead ??= why;
    for (const phone of this.waiting.values()) {
      if (phone.user === user && isOther(phone, keep) && !phone.isBound) phone.dead ??= why;
    }
    this.endRequests(user, why, keep);
  }

  /** Ends the requests of a user and unused approvals, except those of one flow. */
  endRequests(user: User, why: string, keep?: FlowRecord): void {
    for (const request of this.requests.values()) {
      if (request.user === user && isOther(request, keep)) request.dead ??= why;
    }
  }

  /** Records a run of the sweeper: what had expired by then stays expired (R86). */
  swept(now: number): void {
    for (const link of this.links.values()) if (now >= link.until) link.dead ??= 'it was swept';
    for (const phone of this.waiting.values()) if (now >= phone.until && !phone.isBound) phone.dead ??= 'it was swept';
    for (const request of this.requests.values()) {
      const { approval, until } = request;
      if (approval ? now >= approval.at + LIVES.approval : now >= until) request.dead ??= 'it was swept';
    }
  }
}

const isOther = ({ flow }: { flow?: FlowRecord | undefined }, keep: FlowRecord | undefined): boolean =>
  keep === undefined || flow !== keep;
