import type { Keyring } from '../crypto/keyring.ts';

/*
 * A mailed link waits in the outbox until it is sent, and its token opens an account: it lies there sealed (R59), bound to
 * its row, and is taken out of the row once the mail has left.
 */

const binding = (outboxId: string): string[] => ['outbox-link', outboxId];

/** The link as a row of the outbox holds it, in its `data.link`. */
export function sealLink(keyring: Pick<Keyring, 'seal'>, outboxId: string, url: string): string {
  return keyring.seal(url, binding(outboxId));
}

/** The link of a row of the outbox, for its mail. @throws SealError when it is another row's, or of a key that is gone */
export function openLink(keyring: Pick<Keyring, 'open'>, outboxId: string, sealed: string): string {
  return Buffer.from(keyring.open(sealed, binding(outboxId))).toString('utf8');
}
