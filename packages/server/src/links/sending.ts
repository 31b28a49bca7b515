import { createHash } from 'node:crypto';
import { countAttempt, getCounter } from '../store/counters.ts';
import type { Db, Tx } from '../store/database.ts';
import type { LinkPurpose } from './make-link.ts';

/** What a link was asked for. Two requests that agree in all of it get the same link for a while. */
export interface LinkRequest {
  purpose: LinkPurpose;
  organisationId: string;
  /** The name as it is compared, whether it has an account or not. */
  name: string;
  /** The typed address as it is compared: only of `reset` and `register`. */
  email?: string | undefined;
}

/** The request as the table of links holds it: hashed, since the name or the address may have no account. */
export function requestKey({ purpose, organisationId, name, email }: LinkRequest): string {
  const asked = JSON.stringify([purpose, organisationId, name, email ?? null]);
  return createHash('sha256').update(asked, 'utf8').digest('base64url');
}

const DAY = 24 * 3_600_000;

/** Requests a day, each of a name, address and network, or of a known device (R50, R52). */
const MAX_REQUESTS: Readonly<Record<Exclude<LinkPurpose, 'activate'>, number>> = { unlock: 3, reset: 5, register: 5 };

/**
 * What a request for a mail counts under. A stranger on another network, and a colleague who types another address, never
 * use up what the user has; on a known device nor do others on the same network.
 */
export interface Sending {
  purpose: keyof typeof MAX_REQUESTS;
  from:
    | {
        organisationId: string;
        /** The name as it is compared, whether it has an account or not. */
        name: string;
        /** The typed address as it is compared, where one is typed. */
        email?: string | undefined;
        /** The requesting network (`http/client-address.ts`). */
        network: string;
      }
    | { accountId: string; deviceId: string };
  /** ms since the epoch. */
  now: number;
}

/** One counter a budget and day (UTC); the sweep takes those of past days by the start of their key. */
function keyOf({ purpose, from, now }: Sending): string {
  const parts =
    'deviceId' in from
      ? ['device', from.accountId, from.deviceId]
      : ['name', from.organisationId, from.name, from.email ?? null, from.network];
  const hash = createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('base64url');
  return `mail.${Math.floor(now / DAY)}.${purpose}.${hash}`;
}

/** Seconds until a mail may be asked for again, or undefined where one may be now. */
export async function mailWait(db: Db, sending: Sending): Promise<number | undefined> {
  const until = (await getCounter(db, keyOf(sending)))?.locked_until ?? 0;
  return until > sending.now ? Math.ceil((until - sending.now) / 1000) : undefined;
}

/** Counts a request; false when the day's are used up. */
export async function countMail(tx: Tx, sending: Sending): Promise<boolean> {
  const wait = DAY - (sending.now % DAY);
  const limit = { softLimit: MAX_REQUESTS[sending.purpose], wait: { first: wait, max: wait } };
  return (await countAttempt(tx, { key: keyOf(sending), now: sending.now, ...limit })).counted;
}
