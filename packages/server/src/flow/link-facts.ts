import type { Kind } from '@tweestap/protocol';
import type { LinkPurpose } from '../links/make-link.ts';
import { usableLink } from '../links/usable-link.ts';
import type { Db } from '../store/database.ts';
import type { AccountRow, LinkRow } from '../store/schema.ts';
import { FlowError } from './errors.ts';
import type { Facts } from './facts.ts';

const purposes: readonly string[] = ['activate', 'reset', 'unlock', 'register'] satisfies LinkPurpose[];

/** Kinds that are nothing without their link. A registration begins without one, and goes on with it. */
export function needsLink(kind: Kind): boolean {
  return kind === 'activate' || kind === 'reset' || kind === 'unlock';
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
  };
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
