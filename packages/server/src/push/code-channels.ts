import type { Language } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import { newRowId, type Random } from '../crypto/tokens.ts';
import { leaveCodeMail } from '../mail/leave-code-mail.ts';
import { mailAddress } from '../mail/render.ts';

import type { Db, Tx } from '../store/database.ts';
import type { Owner } from './push-context.ts';

/** A destination of the code that links a phone. */
export interface CodeChannel {
  channel: 'sms' | 'mail';
  /** The masked destination. */
  to: string;
  /** Puts the code into the outbox. */
  leave(tx: Tx, message: CodeMessage): Promise<void>;
}

/** A code to send. */
export interface CodeMessage {
  code: string;
  /** The name of the phone. */
  device: string;
  /** The host of the page on which the code is entered. */
  host: string;
  language?: Language;
  /** ms since the epoch. */
  at: number;
  expiresAt: number;
  keyring: Keyring;
  random: Random;
}

type FindChannel = (read: Db, owner: Owner) => Promise<CodeChannel | undefined>;

/** The channels in the order of preference. A branch that adds SMS puts it first. */
const channels: readonly { channel: CodeChannel['channel']; find: FindChannel }[] = [{ channel: 'mail', find: byMail }];

/** The first channel that the account has and that is allowed; undefined when there is none. */
export async function codeChannel(
  read: Db,
  owner: Owner,
  { mayMail }: { mayMail: boolean },
): Promise<CodeChannel | undefined> {
  for (const { channel, find } of channels) {
    const found = channel === 'mail' && !mayMail ? undefined : await find(read, owner);
    if (found) return found;
  }
  return undefined;
}

async function byMail(_read: Db, { account, organisation }: Owner): Promise<CodeChannel | undefined> {
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
    },
  };
}

/** An address with its first letter and its domain only: 'a•••@clinic.example'. */
function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = address.slice(0, Math.max(at, 0));
  return `${first}•••${address.slice(at)}`;
}
