import { revokeAccess } from '../../access/revoke.ts';
import { hasPassword, type StoredPassword } from '../../accounts/password-hash.ts';
import { newPasswordKey, passwordKeys } from '../../locks/locks.ts';
import { notify } from '../../notices/notify.ts';
import { confirmEmail } from '../../store/accounts/email-address.ts';
import { lockAccount } from '../../store/accounts/hold-account.ts';
import { activePassword, setPasswordHash } from '../../store/accounts/passwords.ts';
import { recordExternalPassword } from '../../store/accounts/portal-accounts.ts';
import { resetCounter } from '../../store/counters.ts';
import { knownDevices } from '../../store/devices.ts';
import { spendPasswordCode, voidPasswordCode } from '../../store/help-desk/desk-codes.ts';
import { spendLink, voidLinks } from '../../store/links.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type Effect, effect, type StepContext } from '../rules/step-definition.ts';

/**
 * The effects that revoke all earlier proofs of an account after a recovery or a change of factors. Sessions, remembered
 * devices and open flows of the account end, except this flow and its own session (R34, R39). Devices stay known (R44).
 */
export function revokeProofs(accountId: string, { flowId, facts, now }: StepContext): Effect[] {
  const reason = 'proof-changed';
  return [
    { lost: 'not-allowed', first: true, apply: (tx) => lockAccount(tx, accountId) },
    effect((tx) => revokeAccess(tx, accountId, { now, reason, exceptFlow: flowId, exceptSession: facts.session })),
  ];
}

/**
 * The effects that spend the link or the help-desk code of a flow. A link is valid for one change and is spent in the
 * transaction of that change. Opening it, for example by a mail scanner, changes nothing (R31, R32).
 */
export function spend(context: StepContext): Effect[] {
  const { facts, now } = context;
  const { link } = facts;
  const code = spendStartCode(context);
  if (!link) return code;
  const confirm = effect((tx) => confirmEmail(tx, link.id, now));
  return [...code, { lost: 'link-expired', apply: (tx) => spendLink(tx, link.id, now) }, confirm];
}

/** A new password: its hash, or the time of the change as the portal reports it, which has stored the password itself. */
export type ChosenPassword = StoredPassword | { changedAt: number | null };

/**
 * The effects that set a new password, provided that the account has not changed since it was read. All proofs with the old
 * password are revoked (R34), and all outstanding links are voided (R31).
 */
export function changePassword(context: StepContext, account: AccountRow, password: ChosenPassword): Effect[] {
  const { now, random } = context;
  const { id, organisation_id: organisationId } = account;
  return [
    { lost: 'link-expired', first: true, apply: (tx) => lockAccount(tx, id) },
    {
      lost: 'link-expired',
      async apply(tx) {
        const now = await activePassword(tx, id);
        return now !== undefined && now.password_hash === account.password_hash;
      },
    },
    // The flows of the account are changed before its other rows, in the order of row locks of decision 0012.
    ...revokeProofs(id, context),
    ...spend(context),
    effect(async (tx) => {
      if ('hash' in password) await setPasswordHash(tx, id, password, now);
      else await recordExternalPassword(tx, id, { now, changedAt: password.changedAt });
      await voidLinks(tx, id, now);
      await voidPasswordCode(tx, id);
      // D7: the counted failures were guesses of the old password, so all counters are reset, also those of known devices.
      const keys = [...passwordKeys(account, await knownDevices(tx, id)), newPasswordKey(id)];
      for (const key of keys) await resetCounter(tx, key, now);
      if (!hasPassword(account)) return;
      await notify(tx, { notice: 'password-changed', organisationId, accountId: id, at: now, random });
    }),
  ];
}

/** Spends the help-desk code with the new password. Typing the code does not spend it, so an abandoned flow costs no code. */
function spendStartCode({ facts, now }: StepContext): Effect[] {
  const { helpDesk } = facts;
  if (helpDesk?.by !== 'code') return [];
  return [{ lost: 'code-expired', apply: (tx) => spendPasswordCode(tx, helpDesk.id, now) }];
}
