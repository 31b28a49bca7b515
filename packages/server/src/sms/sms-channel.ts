import { type Keyring, SealError } from '../crypto/keyring.ts';
import type { Channel, Receipt, Unsendable } from '../outbox/channel.ts';
import { openContent, withoutContent } from '../outbox/sealed-content.ts';
import type { Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';
import type { OutboxRow } from '../store/schema.ts';
import type { SmsContent, SmsData } from './leave-sms.ts';
import { parseMobileNumber } from './phone-number.ts';
import { smsText } from './sms-text.ts';
import type { SmsTransport } from './transport.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** The wait after the first attempt. It doubles up to a minute: a code is valid for ten minutes at most. */
const FIRST_WAIT = 2 * SECOND;
/** More attempts than fit into the life of a code. */
const MAX_ATTEMPTS = 20;

/** A text message that is ready to be sent. */
export interface PreparedSms {
  /** The number in E.164 form. */
  to: string;
  text: string;
}

/** The dependencies of `prepareSms`. */
export interface SmsDeps {
  read: Db;
  keyring: Pick<Keyring, 'open'>;
}

/** Makes the text message of a row. Reads only. */
export async function prepareSms({ read, keyring }: SmsDeps, row: OutboxRow): Promise<PreparedSms | Unsendable> {
  const { sealed, language } = JSON.parse(row.data) as SmsData;
  const organisation = await getOrganisation(read, row.organisation_id);
  if (!organisation) return { not: 'drop' };
  if (row.template !== 'sms-code') return { not: 'later', error: 'unknown-template' };
  if (sealed === undefined) return { not: 'dead', error: 'expired' };
  try {
    const { to, code, host, portal, link } = openContent<SmsContent>(keyring, row.id, sealed);
    // R24: the list may have become shorter since the number was confirmed.
    const number = parseMobileNumber(to, organisation.policy.sms?.country ?? '');
    if (!number || !organisation.policy.sms?.countries.includes(number.country)) {
      return { not: 'dead', error: 'country' };
    }
    const minutes = Math.round(((row.expires_at ?? row.created_at) - row.created_at) / MINUTE);
    return { to, text: smsText({ code, host, portal, minutes, link, language }) };
  } catch (error) {
    if (error instanceof SealError) return { not: 'dead', error: 'sealed' };
    throw error;
  }
}

/** Returns the channel of text messages, which an SMS gateway delivers. */
export function smsChannel(deps: SmsDeps & { transport: SmsTransport }): Channel<PreparedSms> {
  const { transport } = deps;
  return {
    name: 'sms',
    noun: 'a text message',
    deadline: transport.timeout ?? DEFAULT_TIMEOUT_MS,
    maxAttempts: MAX_ATTEMPTS,
    waitAfter: (attempts) => Math.min(FIRST_WAIT * 2 ** Math.min(attempts - 1, 10), MINUTE),
    standing: async () => ({ send: 'now' }),
    prepare: (row) => prepareSms(deps, row),
    send: async ({ to, text }, { id }, signal): Promise<Receipt> =>
      (await transport.send({ id, to, text }, signal)) ?? {},
    kept: ({ data }) => withoutContent(data),
    close: () => transport.close(),
  };
}

/** How long an attempt of a transport without a limit of its own may take, in ms. */
const DEFAULT_TIMEOUT_MS = 10 * SECOND;
