import type { Language } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import { leaveMessage } from '../outbox/leave-message.ts';
import { type SealedData, sealContent } from '../outbox/sealed-content.ts';
import type { Tx } from '../store/database.ts';

/** The content of a text message with a code, which is stored sealed. */
export interface SmsContent {
  /** The number in E.164 form. */
  to: string;
  code: string;
  /** The host of the page on which the code is entered, without a port. */
  host: string;
  /** The name of the organisation. */
  portal: string;
  /** The address that opens the code on a phone that is being linked. Only of such a code. */
  link?: string;
}

/** The column `data` of an outbox row with a text message, as JSON. */
export interface SmsData extends SealedData {
  language: Language;
}

/** A text message with a code, before it is sent. */
export interface CodeSms {
  /** The id of its row in the outbox. */
  id: string;
  /** The id of the challenge: the message is not sent once its code was used or voided. The code of a phone has none. */
  challengeId?: string;
  organisationId: string;
  accountId: string;
  /** The number in E.164 form, checked by `parseAllowedNumber`. */
  to: string;
  template: 'sms-code';
  data: Omit<SmsContent, 'to'> & {
    /** The language of the page. */
    language: Language;
  };
  /** ms since the epoch. */
  at: number;
  /** ms since the epoch: the message is not sent from this time on. */
  expiresAt: number;
  keyring: Pick<Keyring, 'seal'>;
}

/** Puts a text message into the outbox. Number and code are sealed, and removed once it is sent (R25, R59). */
export async function leaveSms(tx: Tx, sms: CodeSms): Promise<void> {
  const { id, challengeId, organisationId, accountId, to, template, at, expiresAt, keyring } = sms;
  const { language, ...rest } = sms.data;
  const content: SmsContent = { to, ...rest };
  const data: SmsData = { sealed: sealContent(keyring, id, content), language };
  await leaveMessage(tx, {
    ...{ id, organisationId, accountId, template, at, expiresAt, data },
    ...(challengeId === undefined ? {} : { challengeId }),
    channel: 'sms',
  });
}
