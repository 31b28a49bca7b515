import type { Keyring } from '../crypto/keyring.ts';

/*
 * A code gives access to an account, and a phone number belongs to a user, so both are stored sealed while their message
 * waits, and are removed once it is sent (R25, R59). The sealed text is bound to its row.
 */

const binding = (outboxId: string): string[] => ['outbox-content', outboxId];

/** The column `data` of an outbox row with sealed content, as JSON. */
export interface SealedData {
  /** The content, sealed. Missing once the message was sent or has expired. */
  sealed?: string;
}

/** Seals the content of a message for `data.sealed` of its row. */
export function sealContent(keyring: Pick<Keyring, 'seal'>, outboxId: string, content: object): string {
  return keyring.seal(JSON.stringify(content), binding(outboxId));
}

/** Opens the content of a message. @throws SealError if it is of another row or its key is missing */
export function openContent<T>(keyring: Pick<Keyring, 'open'>, outboxId: string, sealed: string): T {
  return JSON.parse(Buffer.from(keyring.open(sealed, binding(outboxId))).toString('utf8')) as T;
}

/** The data to keep in a row without its content. */
export function withoutContent(data: string): string {
  const { sealed: _, ...kept } = JSON.parse(data) as SealedData;
  return JSON.stringify(kept);
}
