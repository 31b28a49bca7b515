import { createHash } from 'node:crypto';
import { countAttempt, getCounter } from '../store/counters.ts';
import type { Db, Tx } from '../store/database.ts';
import type { LinkPurpose } from './make-link.ts';

/** A request for a link. Requests with the same values share a link for a while. */
export interface LinkRequest {
  /** What the link is for. */
  purpose: LinkPurpose;
  /** The organisation of the flow. */
  organisationId: string;
  /** The normalised username, with or without an account. */
  name: string;
  /** The typed address in normalised form, only for `reset` and `register`. */
  email?: string | undefined;
}

/** The key of a request in the table of links. It is hashed, because the username or address may have no account. */
export function requestKey({ purpose, organisationId, name, email }: LinkRequest): string {
  const asked = JSON.stringify([purpose, organisationId, name, email ?? null]);
  return createHash('sha256').update(asked, 'utf8').digest('base64url');
}

const DAY = 24 * 3_600_000;

/** The daily limit of requests for a username, address and network, or for a known device (R50, R52). */
const MAX_DAILY_REQUESTS: Readonly<Record<Exclude<LinkPurpose, 'activate'> | 'code', number>> = {
  unlock: 3,
  reset: 5,
  register: 5,
  /** Codes: only a user with the correct password requests them. */
  code: 10,
};

/**
 * The budget that a request for mail uses. A stranger on another network, or a colleague who types another address, never
 * uses up the user's budget. On a known device, other users of the same network don't use it up either.
 */
export interface Sending {
  /** What the requested link is for, or `code` for a code. */
  purpose: keyof typeof MAX_DAILY_REQUESTS;
  /** Where the request comes from: a network, a known device of an account, or an account whose password was proven. */
  from:
    | {
        organisationId: string;
        /** The normalised username, with or without an account. */
        name: string;
        /** The typed address in normalised form, if the step asks for one. */
        email?: string | undefined;
        /** The network of the client (`http/caller.ts`). */
        network: string;
      }
    | { accountId: string; deviceId: string }
    | { accountId: string };
  /** In ms since the epoch. */
  now: number;
}

/** The key of the counter of a budget and day (UTC). The sweeper finds past days by the start of the key. */
function keyOf({ purpose, from, now }: Sending): string {
  const parts =
    'accountId' in from
      ? ['device', from.accountId, 'deviceId' in from ? from.deviceId : null]
      : ['name', from.organisationId, from.name, from.email ?? null, from.network];
  const hash = createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('base64url');
  return `mail.${Math.floor(now / DAY)}.${purpose}.${hash}`;
}

/** The seconds until mail may be requested again, or undefined if it may be requested now. */
export async function mailWait(db: Db, sending: Sending): Promise<number | undefined> {
  const until = (await getCounter(db, keyOf(sending)))?.locked_until ?? 0;
  return until > sending.now ? Math.ceil((until - sending.now) / 1000) : undefined;
}

/** Counts a request; returns false if the daily limit is reached. */
export async function countMail(tx: Tx, sending: Sending): Promise<boolean> {
  const wait = DAY - (sending.now % DAY);
  const limit = { softLimit: MAX_DAILY_REQUESTS[sending.purpose], wait: { first: wait, max: wait } };
  return (await countAttempt(tx, { key: keyOf(sending), now: sending.now, ...limit })).counted;
}
