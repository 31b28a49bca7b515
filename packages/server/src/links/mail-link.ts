import type { Keyring } from '../crypto/keyring.ts';
import { newId } from '../crypto/tokens.ts';
import type { Language } from '../organisations/own-words.ts';
import type { Tx } from '../store/database.ts';
import { enqueue } from '../store/outbox.ts';
import { type LinkOptions, makeLink } from './make-link.ts';
import { sealLink } from './seal-link.ts';

/** The mail that carries a link, by what the link is for. */
const templates = { activate: 'activation', reset: 'reset', unlock: 'unlock', register: 'registration' } as const;

/** `data` of an outbox row that carries a link, as JSON. */
export interface LinkMailData {
  /** Sealed; `openLink` with the row's id opens it. Taken out once the mail has left. */
  link: string;
  /** RFC 3339: until when the link is good. */
  expiresAt: string;
  /** The language of the page where it was asked for; absent where nobody on a page asked. */
  language?: Language;
  /** Where to send it: a registration has no account yet. All other mail goes to the account's stored address (R33). */
  to?: string;
}

/** Makes a link and leaves the mail that carries it; both stand or fall with the transaction. */
export async function mailLink(
  tx: Tx,
  {
    keyring,
    to,
    language,
    ...options
  }: LinkOptions & { keyring: Pick<Keyring, 'seal'>; to?: string; language?: Language },
): Promise<void> {
  const { purpose, accountId, organisation, now, random } = options;
  const { url, expiresAt } = await makeLink(tx, options);
  const id = newId(random);
  const data: LinkMailData = {
    link: sealLink(keyring, id, url),
    expiresAt: new Date(expiresAt).toISOString(),
    ...(language === undefined ? {} : { language }),
    ...(to === undefined ? {} : { to }),
  };
  await enqueue(tx, {
    id,
    organisation_id: organisation.id,
    account_id: accountId,
    channel: 'mail',
    template: templates[purpose],
    data: JSON.stringify(data),
    created_at: now,
    send_after: now,
    attempts: 0,
    sent_at: null,
  });
}
