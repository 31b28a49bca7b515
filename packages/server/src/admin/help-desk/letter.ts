import type { Language } from '@tweestap/protocol';
import { hasFactor } from '../../flow/rules/factor.ts';
import { possessionOf } from '../../flow/rules/possession.ts';
import { letterPage } from '../../letter/page.ts';
import { makeLink } from '../../links/make-link.ts';
import type { Tx } from '../../store/database.ts';
import { type AdminDeps, type AdminRequest, organisationOf, recordVerb, targetOf } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';
import { recordAct, refuseSameActor } from '../request/desk-acts.ts';
import { checkInvitable, linkBase } from './invite.ts';

/** Maximum number of letters per call, because their links are created in one transaction. */
const MAX_LETTERS = 500;

/** The request of `letter`. */
export interface LetterRequest extends AdminRequest {
  /** The id of the organisation. */
  organisation: string;
  /** Ids or usernames of 1 to 500 accounts, in the order of the pages. */
  accounts: readonly string[];
  /** The language of the letters. Default: the organisation's language. */
  language?: Language;
  /**
   * Address of a style sheet that contains `letterStyles`, for a strict CSP. Default: the document contains its styles.
   */
  stylesheet?: string;
}

/** The result of `letter`. */
export interface Letters {
  /** A complete document, one page for each user. Each page contains a secret link: hand it over, and keep no copy. */
  html: string;
  /** The users of the pages; `expiresAt` is RFC 3339. */
  users: { id: string; username: string; expiresAt: string }[];
}

/**
 * Creates letters to print for users without email, each with an activation link as a QR code and as text. As with an
 * invitation, the link voids the older link and is valid for 24 hours (R31). @throws AdminError
 */
export async function letter(deps: AdminDeps, request: LetterRequest): Promise<Letters> {
  const { accounts, stylesheet } = request;
  const { clock, random, database } = deps;
  if (accounts.length === 0 || accounts.length > MAX_LETTERS) {
    throw new AdminError('bad-request', `accounts must name 1 to ${MAX_LETTERS} accounts.`);
  }
  const organisation = await organisationOf(database.read, request.organisation);
  const language = request.language ?? organisation.language;
  const baseUrl = linkBase(deps, organisation);
  const made = await database.write(async (tx) => {
    const letters = [];
    for (const named of accounts) {
      const { account } = await targetOf(tx, { ...request, account: named });
      checkInvitable(account);
      await refuseSecondAct(tx, deps, request, account.id);
      const link = { purpose: 'activate', accountId: account.id, organisation, baseUrl, now: clock(), random } as const;
      const { url, expiresAt } = await makeLink(tx, link);
      const where = { organisationId: organisation.id, accountId: account.id };
      await recordVerb(tx, deps, request, { event: 'admin-letter', ...where });
      letters.push({ id: account.id, username: account.username, name: account.name, url, expiresAt });
    }
    return letters;
  });
  const html = letterPage({
    about: 'activate',
    organisation,
    language,
    addressees: made,
    ...(stylesheet === undefined ? {} : { stylesheet }),
  });
  const users = made.map(({ id, username, expiresAt }) => ({
    id,
    username,
    expiresAt: new Date(expiresAt).toISOString(),
  }));
  return { html, users };
}

/**
 * For an account that was imported with an authenticator, a letter counts as a new password. The same actor must not
 * replace both the password and the factor (R83). Without a factor or recovery codes, this rule does not apply to the
 * letter.
 */
async function refuseSecondAct(tx: Tx, deps: AdminDeps, request: AdminRequest, accountId: string): Promise<void> {
  const which = { act: 'letter', accountId } as const;
  await refuseSameActor(tx, deps, request, which);
  const has = await possessionOf(tx, accountId);
  if (hasFactor(has) || has.recoveryCodes > 0) await recordAct(tx, deps, request, which);
}
