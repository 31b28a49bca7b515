import type { Language } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import { newRowId, type Random } from '../crypto/tokens.ts';
import { openNumber } from '../factors/sms/factor.ts';
import { leaveCodeMail } from '../mail/leave-code-mail.ts';
import { mailAddress } from '../mail/render.ts';
import { leaveSms } from '../sms/leave-sms.ts';
import { maskNumber } from '../sms/phone-number.ts';
import { countSending, type Sending, sendingWait } from '../sms/sending-limits.ts';
import type { Db, Tx } from '../store/database.ts';
import { activeFactors } from '../store/factors/factors.ts';
import type { Owner } from './push-context.ts';

/** A destination of the code that links a phone. */
export interface CodeChannel {
  channel: 'sms' | 'mail';
  /** The masked destination. */
  to: string;
  /**
   * Puts the code into the outbox. Changes nothing if a sending limit was reached, and returns the seconds until the next code
   * can be sent.
   */
  leave(tx: Tx, message: CodeMessage): Promise<number | undefined>;
}

/** A code to send. */
export interface CodeMessage {
  code: string;
  /** The name of the phone. */
  device: string;
  /** The host of the page on which the code is entered. */
  host: string;
  /** The address that opens the code on the phone. */
  link: string;
  /** Default: the organisation's. */
  language?: Language;
  /** The network of the phone, for the sending limits. */
  network: string;
  /** ms since the epoch. */
  at: number;
  expiresAt: number;
  keyring: Keyring;
  random: Random;
}

/** The places where a channel is looked up. */
interface Lookup {
  read: Db;
  keyring: Keyring;
}

/** The channels that the account has and that are allowed, in the order of preference. */
export async function codeChannels(
  lookup: Lookup,
  owner: Owner,
  { mayMail }: { mayMail: boolean },
): Promise<CodeChannel[]> {
  const found = [await bySms(lookup, owner), mayMail ? byMail(owner) : undefined];
  return found.filter((channel) => channel !== undefined);
}

/** The confirmed number of the account. It is the user's factor, so its code is also the fresh proof of R9. */
async function bySms({ read, keyring }: Lookup, { account, organisation }: Owner): Promise<CodeChannel | undefined> {
  const [factor] = await activeFactors(read, account.id, 'sms');
  if (!factor) return undefined;
  const number = openNumber(factor, keyring);
  return {
    channel: 'sms',
    to: maskNumber(number),
    async leave(tx, { code, host, link, language = organisation.language, network, at, expiresAt, keyring, random }) {
      const { id: organisationId, name: portal, policy } = organisation;
      const to = { accountId: account.id, destination: number, isConfirmed: true };
      const sending: Sending = { ...to, organisation: { id: organisationId }, network, policy, keyring, now: at };
      if (!(await countSending(tx, sending))) return (await sendingWait(tx, sending)) ?? 1;
      await leaveSms(tx, {
        ...{ id: newRowId(random, at), organisationId, accountId: account.id, to: number, template: 'sms-code' },
        data: { code, host, portal, link, language },
        ...{ at, expiresAt, keyring },
      });
      return undefined;
    },
  };
}

function byMail({ account, organisation }: Owner): CodeChannel | undefined {
  const address = mailAddress(account, organisation);
  if (address === undefined) return undefined;
  return {
    channel: 'mail',
    to: maskAddress(address),
    async leave(tx, { code, device, host, language, at, expiresAt, keyring, random }) {
      await leaveCodeMail(tx, {
        id: newRowId(random, at),
        organisationId: organisation.id,
        accountId: account.id,
        to: address,
        template: 'push-code',
        data: { code, host, device, ...(language === undefined ? {} : { language }) },
        ...{ at, expiresAt, keyring },
      });
      return undefined;
    },
  };
}

/** An address with its first letter and its domain only: 'a•••@clinic.example'. */
function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = address.slice(0, Math.max(at, 0));
  return `${first}•••${address.slice(at)}`;
}
