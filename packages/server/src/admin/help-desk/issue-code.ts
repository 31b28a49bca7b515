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
  noteVerb,
  targetOf,
} from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';
import { keepApart, recordAct } from '../request/desk-acts.ts';

export interface IssueCodeRequest extends AccountRequest {
  /** How long the code is good: 1 (the default) to 24. */
  hours?: number;
}

export interface CodeIssued {
  id: string;
  /** `XXXX-XXXX-XXXX`. Told here and nowhere else; the database keeps a hash. */
  code: string;
  /** RFC 3339. */
  expiresAt: string;
}

/**
 * Makes the one code that lets a person without phone and recovery codes set up a new authenticator (M8). It is typed
 * beside the password, works once, and voids the one before it. The person is told by mail. @throws AdminError ·
 * HasherBusyError
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
    await keepApart(tx, deps, request, { act: 'issueCode', accountId: account.id });
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
    await noteVerb(tx, deps, request, { event: 'admin-issue-code', ...where, detail: { hours } });
    await notify(tx, { notice: 'desk-code-given', ...where, at: now, random });
  });
  return { id: account.id, code, expiresAt: new Date(expiresAt).toISOString() };
}

/** A code that no login will ask for would send the person away for nothing: say what helps instead. */
function refuseUseless({ state, password_hash }: AccountRow, has: Possession): void {
  const why =
    state === 'disabled'
      ? 'The account is disabled: enable it first.'
      : password_hash === null
        ? 'The account was never activated: send an invitation, or print a letter.'
        : !hasFactor(has)
          ? 'The person has no authenticator: no code is asked, the next login leads to the set-up.'
          : undefined;
  if (why !== undefined) throw new AdminError('not-possible', why);
}
