import type { Kind } from '@tweestap/protocol';
import type { LinkPurpose } from '../links/make-link.ts';
import { usableLink } from '../links/usable-link.ts';
import type { Db } from '../store/database.ts';
import type { AccountRow, LinkRow } from '../store/schema.ts';
import { ownFactors } from './desk-code.ts';
import { FlowError } from './errors.ts';
import type { Facts } from './facts.ts';
import { possessionOf } from './possession.ts';

const purposes: readonly string[] = ['activate', 'reset', 'unlock', 'register'] satisfies LinkPurpose[];

/**
 * Kinds that can't begin without their link. A registration begins without one and continues with it; a reset begins with
 * a link, or with the help desk's code.
 */
export function needsLink(kind: Kind): boolean {
  return kind === 'activate' || kind === 'unlock';
}

/**
 * Who a mailed link speaks for. A flow of its own kind alone takes it (R12), and looking at it spends nothing (R32).
 * @throws FlowError `no-such-link` · `link-expired`, with how to ask for a new one
 */
export async function factsOfLink(
  read: Db,
  { kind, link: token, now }: { kind: Kind; link: string | undefined; now: number },
): Promise<Facts> {
  if (token === undefined || !isPurpose(kind)) throw new FlowError('no-such-link');
  const found = await usableLink(read, { token, purpose: kind, now });
  if (found.found === 'nothing') throw new FlowError('no-such-link');
  const { link } = found;
  if (found.found === 'expired') throw new FlowError('link-expired', anew(link));
  const { account } = found;
  const email = link.email ?? '';
  return {
    organisation: link.organisation_id,
    link: { id: link.id, purpose: link.purpose },
    account: account ? { username: account.username, key: account.username_key } : { username: email, key: email },
    ...(account ? personOf(account) : {}),
    ...(account && link.started_by === 'helpdesk' ? await printedFacts(read, account, link) : {}),
  };
}

/** A letter of the help desk: what the account has is needed at once, since the old factor is asked first. */
async function printedFacts(read: Db, { id }: AccountRow, link: LinkRow): Promise<Pick<Facts, 'helpDesk' | 'has'>> {
  const has = ownFactors(await possessionOf(read, id));
  if (!has.totp && has.recoveryCodes === 0) throw new FlowError('link-expired', anew(link));
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
