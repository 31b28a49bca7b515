import type { Kind } from '@tweestap/protocol';
import { recordRefusal } from '../audit/record.ts';
import type { Random } from '../crypto/tokens.ts';
import { type CheckedDirectory, mayChangePassword } from '../directory/directory.ts';
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
 * Whether a kind can't begin without a link. A registration begins without a link and continues with it. A reset begins with
 * a link or with the help desk's code.
 */
export function needsLink(kind: Kind): boolean {
  return kind === 'activate' || kind === 'unlock';
}

interface LinkUse {
  kind: Kind;
  /** The token as it was received. */
  link: string | undefined;
  /** ms since the epoch. */
  now: number;
}

/**
 * The facts that a mailed link gives to a flow: its organisation and account. Only a flow of the link's own kind accepts it
 * (R12), and opening it does not spend it (R32). A link that is not usable is recorded as an audit event.
 * @throws FlowError `no-such-link`, or `link-expired` with the flow in which the user can request a new link
 */
export async function factsOfLink(
  { database, random, directory }: { database: Database; random: Random; directory?: CheckedDirectory | undefined },
  { kind, link: token, now }: LinkUse,
  request: RequestContext,
): Promise<Facts> {
  if (token === undefined) throw new FlowError('no-such-link');
  const found = await usableLink(database.read, { token, purpose: kind, now });
  if (found.found !== 'usable' || !isPurpose(kind)) {
    const { link } = found;
    const result = found.found === 'expired' ? 'link-expired' : 'no-such-link';
    await database.write((tx) => recordUnusableLink(tx, { kind, link, result, at: now, request, random }));
    throw found.found === 'expired' ? new FlowError(result, newLinkRequest(found.link)) : new FlowError(result);
  }
  const { link, account } = found;
  // The account became one of the portal after the link was made. Its password is no longer here.
  if (account && kind !== 'unlock' && !mayChangePassword(account, directory)) throw new FlowError('no-such-link');
  const email = link.email ?? '';
  return {
    organisation: link.organisation_id,
    link: { id: link.id, purpose: link.purpose },
    account: account ? { username: account.username, key: account.username_key } : { username: email, key: email },
    ...(account ? userFacts(account) : {}),
    ...(account && link.started_by === 'helpdesk' ? await letterFacts(database.read, account, link) : {}),
  };
}

/** The facts of a letter of the help desk. The possession is needed from the start, because the old factor is proven first. */
async function letterFacts(read: Db, { id }: AccountRow, link: LinkRow): Promise<Pick<Facts, 'helpDesk' | 'has'>> {
  const has = ownFactors(await possessionOf(read, id));
  if (!hasActive(has) && has.recoveryCodes === 0) throw new FlowError('link-expired', newLinkRequest(link));
  return { helpDesk: { by: 'letter' }, has };
}

function userFacts({ id, username, name }: AccountRow): Pick<Facts, 'person'> {
  return { person: { id, username, ...(name === null ? {} : { name }) } };
}

function newLinkRequest({ purpose, organisation_id: organisation }: LinkRow): FlowError['newRequest'] {
  return { kind: purpose === 'register' ? 'register' : 'recover', organisation };
}

function isPurpose(kind: Kind): kind is LinkPurpose {
  return purposes.includes(kind);
}

interface UnusableLink {
  /** The kind of the requested flow. */
  kind: Kind;
  /** The link with this token; undefined when there is none. */
  link: LinkRow | undefined;
  /** The problem code that the client receives. */
  result: 'no-such-link' | 'link-expired';
  /** ms since the epoch. */
  at: number;
  request: Pick<RequestContext, 'address' | 'correlationId'>;
  random: Random;
}

/**
 * Records the audit event of an unusable link, such as a guessed token or the link of an old email. The event names the
 * organisation and the account when the link is known, and no part of the token. Repetitions within an hour are counted in
 * one row (R93).
 */
async function recordUnusableLink(tx: Tx, unusable: UnusableLink): Promise<void> {
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
  // Otherwise the account is deleted or disabled, or its password state does not fit the purpose of the link.
  return at >= link.expires_at || at < link.created_at ? 'expired' : 'account';
}
