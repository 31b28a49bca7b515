import type { Language } from '@tweestap/protocol';
import { newRowId, toBase64Url } from '../../crypto/tokens.ts';
import { hashCode, newPasswordCode, newSalt } from '../../factors/recovery-codes/recovery-codes.ts';
import { ownFactors, possessionOf } from '../../flow/rules/possession.ts';
import { letterPage } from '../../letter/page.ts';
import { makeLink } from '../../links/make-link.ts';
import { notify } from '../../notices/notify.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import type { Tx } from '../../store/database.ts';
import { replacePasswordCode, voidPasswordCode } from '../../store/help-desk/desk-codes.ts';
import { voidLinks } from '../../store/links.ts';
import type { AccountRow } from '../../store/schema.ts';
import {
  type AccountRequest,
  type AdminDeps,
  HOUR,
  hoursOf,
  lockedTargetOf,
  noteVerb,
  type Target,
  targetOf,
} from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';
import { keepApart, recordAct } from '../request/desk-acts.ts';
import { linkBase } from './invite.ts';

export interface ResetPasswordRequest extends AccountRequest {
  /** `letter`: a page to print with a link, good for one hour. `code`: a code to say, typed at 'Forgot password'. */
  by: 'letter' | 'code';
  /** `code`: how long it is good, 1 (the default) to 24 hours. */
  hours?: number;
  /** `letter`: default the organisation's. */
  language?: Language;
  /** `letter`: address of a style sheet with `letterStyles`; without it the document carries its style. */
  stylesheet?: string;
}

/** `code` and `html` are secrets of the user: shown once, and stored nowhere in the clear. Times are RFC 3339. */
export type PasswordStarted =
  | { id: string; by: 'code'; code: string; expiresAt: string }
  | { id: string; by: 'letter'; html: string; expiresAt: string };

/**
 * Starts a new password for a user who gets no mail. It alone lets nobody in: the old factor or a recovery code of the
 * user is asked before the new password, and the same actor can't reset the factors or issue a code for seven days (R83).
 * A newer one voids the older. @throws AdminError · HasherBusyError
 */
export async function resetPassword(deps: AdminDeps, request: ResetPasswordRequest): Promise<PasswordStarted> {
  if (request.by === 'letter') return await byLetter(deps, request);
  if (request.by === 'code') return await byCode(deps, request);
  throw new AdminError('bad-request', 'by must be "letter" or "code".');
}

async function byCode(deps: AdminDeps, request: ResetPasswordRequest): Promise<PasswordStarted> {
  const { database, hasher, random, clock } = deps;
  const hours = hoursOf(request.hours);
  const { account } = await targetOf(database.read, request);
  const code = newPasswordCode(random);
  const salt = newSalt(hasher, random);
  const hash = toBase64Url(await hashCode(['password-code', account.id, code], salt, hasher));
  const expiresAt = clock() + hours * HOUR;
  await database.write((tx) =>
    start(tx, deps, { ...request, account: account.id }, async ({ id, organisation_id }) => {
      const row = { id: newRowId(random, clock()), account_id: id, organisation_id, salt, hash };
      await replacePasswordCode(tx, { ...row, created_at: clock(), expires_at: expiresAt, spent_at: null });
      // R31: it is newer than any link, mailed or printed.
      await voidLinks(tx, id, clock(), 'reset');
      return { hours };
    }),
  );
  return { id: account.id, by: 'code', code, expiresAt: new Date(expiresAt).toISOString() };
}

async function byLetter(deps: AdminDeps, request: ResetPasswordRequest): Promise<PasswordStarted> {
  const { database, random, clock } = deps;
  if (request.hours !== undefined) {
    throw new AdminError('bad-request', 'hours is for by: "code"; the link of a letter is good for one hour.');
  }
  const { organisation, account, expiresAt, url } = await database.write(async (tx) => {
    let made = { url: '', expiresAt: 0 };
    const target = await start(tx, deps, request, async ({ id }, owner) => {
      const baseUrl = linkBase(deps, owner, 'reset');
      const link = { purpose: 'reset', accountId: id, organisation: owner, baseUrl, startedBy: 'helpdesk' } as const;
      made = await makeLink(tx, { ...link, now: clock(), random });
      await voidPasswordCode(tx, id);
      return {};
    });
    return { ...target, ...made };
  });
  const { stylesheet, language = organisation.language } = request;
  const { id, username, name } = account;
  const html = letterPage({
    about: 'reset',
    organisation,
    language,
    people: [{ username, name, url, expiresAt }],
    ...(stylesheet === undefined ? {} : { stylesheet }),
  });
  return { id, by: 'letter', html, expiresAt: new Date(expiresAt).toISOString() };
}

/** What a code and a letter have in common: checks, record, audit and notice; `make` gives what the audit says more. */
async function start(
  tx: Tx,
  deps: AdminDeps,
  request: ResetPasswordRequest,
  make: (account: AccountRow, organisation: OrganisationDefinition) => Promise<object>,
): Promise<Pick<Target, 'account' | 'organisation'>> {
  const { organisation, account } = await lockedTargetOf(tx, request);
  const { id: accountId } = account;
  await keepApart(tx, deps, request, { act: 'resetPassword', accountId });
  await refuseUseless(tx, deps, account, organisation);
  const more = await make(account, organisation);
  await recordAct(tx, deps, request, { act: 'resetPassword', accountId });
  const where = { organisationId: organisation.id, accountId };
  await noteVerb(tx, deps, request, { event: 'admin-reset-password', ...where, detail: { by: request.by, ...more } });
  await notify(tx, { notice: 'password-started', ...where, at: deps.clock(), random: deps.random });
  return { account, organisation };
}

/** A start that the user can't finish would send the user away for nothing: the message says what helps instead. */
async function refuseUseless(
  tx: Tx,
  deps: AdminDeps,
  account: AccountRow,
  organisation: OrganisationDefinition,
): Promise<void> {
  const { state, password_hash: hash, username } = account;
  const refuse = (why: string): AdminError => new AdminError('not-possible', `The account "${username}" ${why}`);
  if (state === 'disabled') throw refuse('is disabled: enable it first.');
  if (hash === null) throw refuse('was never activated: send an invitation, or print a letter.');
  const has = ownFactors(await possessionOf(tx, account.id));
  if (deps.factors.some((factor) => factor.usable(has, organisation.policy))) return;
  throw refuse(
    'has no active factor and no recovery code left to prove who resets it: an administrator can setPassword.',
  );
}
