import type { Language } from '@tweestap/protocol';
import { hasFactor } from '../../flow/rules/factor.ts';
import { possessionOf } from '../../flow/rules/possession.ts';
import { letterPage } from '../../letter/page.ts';
import { makeLink } from '../../links/make-link.ts';
import type { Tx } from '../../store/database.ts';
import { type AdminDeps, type AdminRequest, noteVerb, organisationOf, targetOf } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';
import { keepApart, recordAct } from '../request/desk-acts.ts';
import { checkInvitable, linkBase } from './invite.ts';

/** Letters a call: one transaction makes their links. */
const MOST = 500;

export interface LetterRequest extends AdminRequest {
  organisation: string;
  /** Ids or usernames, in the order of the pages. */
  accounts: readonly string[];
  /** Default: the organisation's. */
  language?: Language;
  /** Address of a style sheet with `letterStyles`, for pages under a strict policy; left out, the document carries it. */
  stylesheet?: string;
}

export interface Letters {
  /** A whole document, a page for each person. Each holds a link that opens an account: hand it over, keep no copy. */
  html: string;
  people: { id: string; username: string; expiresAt: string }[];
}

/**
 * Makes letters to print for people without mail: the link of an invitation as a QR code and as text. It voids the older
 * link, as an invitation does, and lives as long (R31). @throws AdminError
 */
export async function letter(deps: AdminDeps, request: LetterRequest): Promise<Letters> {
  const { accounts, stylesheet } = request;
  const { clock, random, database } = deps;
  if (accounts.length === 0 || accounts.length > MOST) {
    throw new AdminError('bad-request', `The accounts are wrong: expected 1 to ${MOST}.`);
  }
  const organisation = await organisationOf(database.read, request.organisation);
  const language = request.language ?? organisation.language;
  const baseUrl = linkBase(deps, organisation);
  const made = await database.write(async (tx) => {
    const people = [];
    for (const named of accounts) {
      const { account } = await targetOf(tx, { ...request, account: named });
      checkInvitable(account);
      await keepHalfApart(tx, deps, request, account.id);
      const link = { purpose: 'activate', accountId: account.id, organisation, baseUrl, now: clock(), random } as const;
      const { url, expiresAt } = await makeLink(tx, link);
      const where = { organisationId: organisation.id, accountId: account.id };
      await noteVerb(tx, deps, request, { event: 'admin-letter', ...where });
      people.push({ id: account.id, username: account.username, name: account.name, url, expiresAt });
    }
    return people;
  });
  const html = letterPage({
    about: 'activate',
    organisation,
    language,
    people: made,
    ...(stylesheet === undefined ? {} : { stylesheet }),
  });
  const people = made.map(({ id, username, expiresAt }) => ({
    id,
    username,
    expiresAt: new Date(expiresAt).toISOString(),
  }));
  return { html, people };
}

/**
 * A first password for an account that was imported with an authenticator is half of it, as a new one is: the same actor
 * must not get the other half (R83). Without any factor there is no other half.
 */
async function keepHalfApart(tx: Tx, deps: AdminDeps, request: AdminRequest, accountId: string): Promise<void> {
  const which = { act: 'letter', accountId } as const;
  await keepApart(tx, deps, request, which);
  const has = await possessionOf(tx, accountId);
  if (hasFactor(has) || has.recoveryCodes > 0) await recordAct(tx, deps, request, which);
}
