import type { Keyring } from '../crypto/keyring.ts';

/*
 * The token of a mailed link opens an account. The link is stored sealed (R59): in the outbox until its mail has left, and
 * beside its hash for as long as another request sends it again. Each sealed text is bound to its row.
 */

const mailBinding = (outboxId: string): string[] => ['outbox-link', outboxId];
const linkBinding = (linkId: string): string[] => ['link', linkId];

/** The link as a row of the outbox holds it, in its `data.link`. */
export function sealLink(keyring: Pick<Keyring, 'seal'>, outboxId: string, url: string): string {
  return keyring.seal(url, mailBinding(outboxId));
}

/** The link of a row of the outbox, for its mail. @throws SealError when it is another row's, or of a key that is gone */
export function openLink(keyring: Pick<Keyring, 'open'>, outboxId: string, sealed: string): string {
  return Buffer.from(keyring.open(sealed, mailBinding(outboxId))).toString('utf8');
}

/** The link as its own row holds it, in `sealed`. */
export function keepLink(keyring: Pick<Keyring, 'seal'>, linkId: string, url: string): string {
  return keyring.seal(url, linkBinding(linkId));
}

/** The link of a row of links, to be mailed again. @throws SealError when it is another row's, or of a key that is gone */
export function keptLink(keyring: Pick<Keyring, 'open'>, linkId: string, sealed: string): string {
  return Buffer.from(keyring.open(sealed, linkBinding(linkId))).toString('utf8');
}
