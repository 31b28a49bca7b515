import type { Language } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import { leaveMessage } from '../outbox/leave-message.ts';
import { sealContent } from '../outbox/sealed-content.ts';
import type { Tx } from '../store/database.ts';

/** The content of an email with a code, which is stored sealed. */
export interface CodeContent {
  /** The address that the code is for. */
  to: string;
  code: string;
  /** The host of the page on which the code is entered. */
  host: string;
}

/** An email with a code, before it is sent. */
export interface CodeMail {
  /** The id of its row in the outbox. */
  id: string;
  /** The id of the challenge: the email is not sent once its code was used or voided. The code of a phone has none. */
  challengeId?: string;
  organisationId: string;
  accountId: string;
  /** The confirmed address of the account. If the account has another address by then, the email is not sent. */
  to: string;
  template: 'email-code' | 'push-code';
  data: {
    code: string;
    /** The host of the page on which the code is entered. */
    host: string;
    /** The name of the portal. The email names the organisation, as all emails do. */
    portal?: string;
    /** The name of the phone that the code confirms. */
    device?: string;
    /** Default: the organisation's. */
    language?: Language;
  };
  /** ms since the epoch. */
  at: number;
  /** ms since the epoch: the email is not sent from this time on. */
  expiresAt: number;
  keyring: Pick<Keyring, 'seal'>;
}

/** Puts an email with a code into the outbox. Address and code are sealed, and removed once it is sent (R59). */
export async function leaveCodeMail(tx: Tx, mail: CodeMail): Promise<void> {
  const { id, challengeId, organisationId, accountId, to, template, data, at, expiresAt, keyring } = mail;
  const { device, language } = data;
  const content: CodeContent = { to, code: data.code, host: data.host };
  await leaveMessage(tx, {
    ...{ id, organisationId, accountId, template, at, expiresAt },
    ...(challengeId === undefined ? {} : { challengeId }),
    data: {
      sealed: sealContent(keyring, id, content),
      expiresAt: new Date(expiresAt).toISOString(),
      ...(device === undefined ? {} : { device }),
      ...(language === undefined ? {} : { language }),
    },
  });
}
