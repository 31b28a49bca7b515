import type { Language } from '@tweestap/protocol';
import { hasPassword } from '../../accounts/password-hash.ts';
import { newRowId, toBase64Url } from '../../crypto/tokens.ts';
import { mayChangePassword } from '../../directory/directory.ts';
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
  recordVerb,
  type Target,
  targetOf,
} from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';
import { recordAct, refuseSameActor } from '../request/desk-acts.ts';
import { linkBase } from './invite.ts';

/** The request of `resetPassword`. */
export interface ResetPasswordRequest extends AccountRequest {
  /**
   * `letter`: a page to print, with a link valid for one hour. `code`: a code that the user enters at 'Forgot
   * password?'.
   */
  by: 'letter' | 'code';
  /** Only for `code`: how many hours it is valid, 1 (the default) to 24. */
  hours?: number;
  /** Only for `letter`: its language. Default: the organisation's language. */
  language?: Language;
  /**
   * Only for `letter`: address of a style sheet that contains `letterStyles`. Default: the document contains its
   * styles.
   */
  stylesheet?: string;
}

/**
 * The result of `resetPassword`. `code` and `html` are secrets of the user; they are returned only here. Times are RFC
 * 3339.
 */
export type PasswordStarted =
  | { id: string; by: 'code'; code: string; expiresAt: string }
  | { id: string; by: 'letter'; html: string; expiresAt: string };

/**
 * Starts a new password for a user who receives no email. The code or letter alone gives no access: the user must prove
 * the old factor or a recovery code before choosing the new password. For seven days, the same actor can't reset the
 * factors or issue a code (R83). A newer code or letter voids the older one. @throws AdminError or HasherBusyError
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
      // R31: the code voids all older links, mailed or printed.
      await voidLinks(tx, id, clock(), 'reset');
      return { hours };
    }),
  );
  return { id: account.id, by: 'code', code, expiresAt: new Date(expiresAt).toISOString() };
}

async function byLetter(deps: AdminDeps, request: ResetPasswordRequest): Promise<PasswordStarted> {
  const { database, random, clock } = deps;
  if (request.hours !== undefined) {
    throw new AdminError(
      'bad-request',
      'hours is allowed only with by: "code". The link of a letter is valid for one hour.',
    );
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
    addressees: [{ username, name, url, expiresAt }],
    ...(stylesheet === undefined ? {} : { stylesheet }),
  });
  return { id, by: 'letter', html, expiresAt: new Date(expiresAt).toISOString() };
}

/** The common part of code and letter: checks, act, audit and notice. `make` returns further details for the audit. */
async function start(
  tx: Tx,
  deps: AdminDeps,
  request: ResetPasswordRequest,
  make: (account: AccountRow, organisation: OrganisationDefinition) => Promise<object>,
): Promise<Pick<Target, 'account' | 'organisation'>> {
  const { organisation, account } = await lockedTargetOf(tx, request);
  const { id: accountId } = account;
  await refuseSameActor(tx, deps, request, { act: 'resetPassword', accountId });
  await refuseUseless(tx, deps, account, organisation);
  const more = await make(account, organisation);
  await recordAct(tx, deps, request, { act: 'resetPassword', accountId });
  const where = { organisationId: organisation.id, accountId };
  await recordVerb(tx, deps, request, { event: 'admin-reset-password', ...where, detail: { by: request.by, ...more } });
  await notify(tx, { notice: 'password-started', ...where, at: deps.clock(), random: deps.random });
  return { account, organisation };
}

/**
 * Refuses to start a password that the user could not finish. The message says what to do instead. @throws AdminError
 */
async function refuseUseless(
  tx: Tx,
  deps: AdminDeps,
  account: AccountRow,
  organisation: OrganisationDefinition,
): Promise<void> {
  const { state, username } = account;
  const refuse = (why: string): AdminError => new AdminError('not-possible', `The account "${username}" ${why}`);
  if (state === 'disabled') throw refuse('is disabled: enable it first.');
  if (!mayChangePassword(account, deps.directory)) throw refuse('belongs to the portal: change the password there.');
  if (!hasPassword(account)) throw refuse('was never activated: send an invitation, or print a letter.');
  const has = ownFactors(await possessionOf(tx, account.id));
  if (deps.factors.some((factor) => factor.usable(has, organisation.policy))) return;
  throw refuse(
    'has no active factor and no recovery code left for the user to prove: an administrator can use setPassword.',
  );
}
