import { hasPassword } from '../../accounts/password-hash.ts';
import { newRowId } from '../../crypto/tokens.ts';
import { hashRecoveryCodes, newRecoveryCode } from '../../factors/recovery-codes/recovery-codes.ts';
import { hasFactor } from '../../flow/rules/factor.ts';
import type { Possession } from '../../flow/rules/facts.ts';
import { possessionOf } from '../../flow/rules/possession.ts';
import { notify } from '../../notices/notify.ts';
import { replaceDeskCode } from '../../store/help-desk/desk-codes.ts';
import type { AccountRow } from '../../store/schema.ts';
import {
  type AccountRequest,
  type AdminDeps,
  HOUR,
  hoursOf,
  lockedTargetOf,
  recordVerb,
  targetOf,
} from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';
import { recordAct, refuseSameActor } from '../request/desk-acts.ts';

/** The request of `issueCode`. */
export interface IssueCodeRequest extends AccountRequest {
  /** How many hours the code is valid: 1 (the default) to 24. */
  hours?: number;
}

/** The result of `issueCode`. */
export interface CodeIssued {
  /** The id of the account. */
  id: string;
  /** The code, in the form `XXXX-XXXX-XXXX`. It is returned only here; the database stores a hash. */
  code: string;
  /** RFC 3339: when the code expires. */
  expiresAt: string;
}

/**
 * Creates a one-time code with which a user without phone and recovery codes can set up a new authenticator (M8). The
 * user enters it after the password. It works once, and it voids the previous code. The user is notified by email.
 * @throws AdminError or HasherBusyError
 */
export async function issueCode(deps: AdminDeps, request: IssueCodeRequest): Promise<CodeIssued> {
  const { database, hasher, clock, random } = deps;
  const hours = hoursOf(request.hours);
  const { account } = await targetOf(database.read, request);
  const made = await hashRecoveryCodes([newRecoveryCode(random)], { random, accountId: account.id, hasher });
  const [code = ''] = made.codes;
  const [hash = ''] = made.hashes;
  const now = clock();
  const expiresAt = now + hours * HOUR;
  await database.write(async (tx) => {
    const target = await lockedTargetOf(tx, { ...request, account: account.id });
    await refuseSameActor(tx, deps, request, { act: 'issueCode', accountId: account.id });
    const where = { organisationId: target.organisation.id, accountId: account.id };
    refuseUseless(target.account, await possessionOf(tx, account.id));
    await replaceDeskCode(tx, {
      id: newRowId(random, now),
      account_id: account.id,
      organisation_id: where.organisationId,
      salt: made.salt,
      hash,
      created_at: now,
      expires_at: expiresAt,
      spent_at: null,
    });
    await recordAct(tx, deps, request, { act: 'issueCode', accountId: account.id });
    await recordVerb(tx, deps, request, { event: 'admin-issue-code', ...where, detail: { hours } });
    await notify(tx, { notice: 'desk-code-given', ...where, at: now, random });
  });
  return { id: account.id, code, expiresAt: new Date(expiresAt).toISOString() };
}

/**
 * Refuses a code that no login would require. The message says what to do instead. @throws AdminError `not-possible`
 */
function refuseUseless(account: AccountRow, has: Possession): void {
  const why =
    account.state === 'disabled'
      ? 'The account is disabled: enable it first.'
      : !hasPassword(account)
        ? 'The account was never activated: send an invitation, or print a letter.'
        : !hasFactor(has)
          ? 'The user has no authenticator: no code is required, and the next login leads to the set-up.'
          : undefined;
  if (why !== undefined) throw new AdminError('not-possible', why);
}
