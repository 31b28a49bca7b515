import type { Kind } from '@tweestap/protocol';
import { recordRefusal } from '../audit/record.ts';
import type { Random } from '../crypto/tokens.ts';
import { type LinkPurpose, usableLink } from '../links/make-link.ts';
import type { Database, Db, Tx } from '../store/database.ts';
import type { AccountRow, LinkRow } from '../store/schema.ts';
import type { RequestContext } from './context.ts';
import { hasActive } from './rules/factor.ts';
import type { Facts } from './rules/facts.ts';
import { ownFactors, possessionOf } from './rules/possession.ts';
import { FlowError } from './rules/step-definition.ts';

const purposes: readonly string[] = ['activate', 'reset', 'unlock', 'register'] satisfies LinkPurpose[];

/**
 * Kinds that can't begin without their link. A registration begins without one and continues with it; a reset begins with
 * a link, or with the help desk's code.
 */
export function needsLink(kind: Kind): boolean {
  return kind === 'activate' || kind === 'unlock';
}

interface LinkUse {
  kind: Kind;
  /** The token as it was sent. */
  link: string | undefined;
  /** ms since the epoch. */
  now: number;
}

/**
 * The facts that a mailed link gives a flow: its organisation and account. A flow of its own kind alone takes it (R12), and
 * looking at it spends nothing (R32). A link that is not usable leaves an audit event.
 * @throws FlowError `no-such-link` · `link-expired`, with how to ask for a new one
 */
export async function factsOfLink(
  { database, random }: { database: Database; random: Random },
  { kind, link: token, now }: LinkUse,
  request: RequestContext,
): Promise<Facts> {
  if (token === undefined) throw new FlowError('no-such-link');
  const found = await usableLink(database.read, { token, purpose: kind, now });
  if (found.found !== 'usable' || !isPurpose(kind)) {
    const { link } = found;
    const result = found.found === 'expired' ? 'link-expired' : 'no-such-link';
    await database.write((tx) => noteUnusableLink(tx, { kind, link, result, at: now, request, random }));
    throw found.found === 'expired' ? new FlowError(result, anew(found.link)) : new FlowError(result);
  }
  const { link, account } = found;
  const email = link.email ?? '';
  return {
    organisation: link.organisation_id,
    link: { id: link.id, purpose: link.purpose },
    account: account ? { username: account.username, key: account.username_key } : { username: email, key: email },
    ...(account ? personOf(account) : {}),
    ...(account && link.started_by === 'helpdesk' ? await printedFacts(database.read, account, link) : {}),
  };
}

/** A letter of the help desk: what the account has is needed at once, since the old factor is asked first. */
async function printedFacts(read: Db, { id }: AccountRow, link: LinkRow): Promise<Pick<Facts, 'helpDesk' | 'has'>> {
  const has = ownFactors(await possessionOf(read, id));
  if (!hasActive(has) && has.recoveryCodes === 0) throw new FlowError('link-expired', anew(link));
  return { helpDesk: { by: 'letter' }, has };
}

function personOf({ id, username, name }: AccountRow): Pick<Facts, 'person'> {
  return { person: { id, username, ...(name === null ? {} : { name }) } };
}

function anew({ purpose, organisation_id: organisation }: LinkRow): FlowError['anew'] {
  return { kind: purpose === 'register' ? 'register' : 'recover', organisation };
}

function isPurpose(kind: Kind): kind is LinkPurpose {
  return purposes.includes(kind);
}

interface UnusableLink {
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
async function noteUnusableLink(tx: Tx, unusable: UnusableLink): Promise<void> {
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
