import type { Keyring } from '../crypto/keyring.ts';
import type { SmsPolicy } from '../organisations/schema.ts';
import { type CountedAttempt, countAttempt, countersOf, returnAttempt, sendingPrefix } from '../store/counters.ts';
import type { Db, Tx } from '../store/database.ts';
import { parseMobileNumber } from './phone-number.ts';

const DAY = 24 * 3_600_000;
/** How many counters one query reads. */
const CHUNK = 4;
/** No lock is set, only the count decides. A limit that an organisation raises therefore applies immediately. */
const NO_LOCK = 2 ** 30;

/** A text message that is to be sent. */
export interface Sending {
  organisation: { id: string };
  accountId: string;
  /** The number in E.164 form. */
  destination: string;
  /**
   * Whether the account has proven that it has the number. Its messages then don't count towards the
   * limit of the number, so that another account can't use up that limit (R91). Default false.
   */
  isConfirmed?: boolean;
  /** The network of the client (`http/caller.ts`). */
  network: string;
  policy: { sms?: SmsPolicy | undefined };
  /** Number and network are hashed with a key, because a plain hash of them can be reversed by trying all (R25). */
  keyring: Pick<Keyring, 'hash'>;
  /** In ms since the epoch. */
  now: number;
}

interface Budget {
  key: string;
  limit: number;
}

/**
 * The counters of a message, in the order in which transactions lock them: the one that most others share is the last, so
 * it is locked the shortest. An organisation never counts for another. Undefined if the organisation sends none to the number.
 */
function budgetsOf({ organisation, policy, keyring, now, ...of }: Sending): Budget[] | undefined {
  const { sms } = policy;
  const number = sms && parseMobileNumber(of.destination, sms.country);
  if (!number || !sms.countries.includes(number.country)) return undefined;
  const { perDay } = sms;
  const budget = (scope: keyof SmsPolicy['perDay'], value: string): Budget => ({
    key: `${sendingPrefix(Math.floor(now / DAY))}${scope}.${keyring.hash(value, ['sms', scope, organisation.id])}`,
    limit: perDay[scope],
  });
  return [
    budget('account', of.accountId),
    ...(of.isConfirmed ? [] : [budget('number', number.e164)]),
    budget('network', of.network),
    budget('prefix', number.prefix),
    budget('country', number.country),
    budget('organisation', ''),
  ];
}

/**
 * The seconds until a message may be sent to the number, or undefined if it may be sent now (R24). A number of a country that
 * the organisation does not list has to wait until the next day too: the caller refuses it before.
 */
export async function sendingWait(read: Db, sending: Sending): Promise<number | undefined> {
  const { now } = sending;
  const wait = Math.ceil((DAY - (now % DAY)) / 1000);
  const budgets = budgetsOf(sending);
  if (!budgets) return wait;
  for (let at = 0; at < budgets.length; at += CHUNK) {
    const part = budgets.slice(at, at + CHUNK);
    const keys = part.map(({ key }) => key);
    const rows = await countersOf(read, keys);
    if (part.some(({ key, limit }) => (rows.get(key)?.hard ?? 0) >= limit)) return wait;
  }
  return undefined;
}

/**
 * Counts a message in the transaction that leaves it, in all of its counters or in none. Each is one conditional statement, so
 * parallel requests of any number of instances never exceed a limit. Returns false if one was reached meanwhile: the message
 * must then not be left.
 */
export async function countSending(tx: Tx, sending: Sending): Promise<boolean> {
  const { now } = sending;
  const counted: { key: string; taken: Extract<CountedAttempt, { counted: true }> }[] = [];
  const budgets = budgetsOf(sending);
  if (!budgets) return false;
  for (const { key, limit } of budgets) {
    const taken = await countAttempt(tx, {
      key,
      now,
      softLimit: NO_LOCK,
      hardLimit: limit,
      wait: { first: 1, max: 1 },
    });
    if (!taken.counted) {
      for (const each of counted.reverse()) await returnAttempt(tx, each.key, each.taken);
      return false;
    }
    counted.push({ key, taken });
  }
  return true;
}
