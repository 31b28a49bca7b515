import type { Kind } from '@tweestap/protocol';
import { recordRefusal } from '../audit/refusals.ts';
import type { Random } from '../crypto/tokens.ts';
import type { Tx } from '../store/database.ts';
import type { LinkRow } from '../store/schema.ts';
import type { RequestContext } from './engine-types.ts';

export interface UnusableLink {
  /** Of the flow that was asked for. */
  kind: Kind;
  /** The link of the token; undefined when no link has it. */
  link: LinkRow | undefined;
  /** What the client is answered. */
  result: 'no-such-link' | 'link-expired';
  /** ms since the epoch. */
  at: number;
  request: Pick<RequestContext, 'address' | 'correlationId'>;
  random: Random;
}

/**
 * The audit event of a link that can't be used: a guessed token, or an old mail. It names organisation and account where
 * the link is known, and nothing of the token. Repetitions within an hour are counted, not listed (R93).
 */
export async function noteUnusableLink(tx: Tx, unusable: UnusableLink): Promise<void> {
  const { kind, link, result, at, request, random } = unusable;
  const entry = {
    at,
    event: 'link',
    result,
    organisationId: link?.organisation_id ?? null,
    accountId: link?.account_id ?? null,
    address: request.address,
    correlationId: request.correlationId,
    detail: { kind, why: whyUnusable(unusable) },
  };
  await recordRefusal(tx, entry, random);
}

function whyUnusable({ kind, link, at }: UnusableLink): string {
  if (!link) return 'unknown';
  if (link.purpose !== kind) return 'other-purpose';
  if (link.used_at !== null) return 'used';
  if (link.voided_at !== null) return 'voided';
  // Otherwise the account is gone, disabled, or has or lacks a password that the link is not for.
  return at >= link.expires_at || at < link.created_at ? 'expired' : 'account';
}
