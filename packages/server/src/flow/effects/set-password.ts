import { revokeAccess } from '../../access/revoke.ts';
import type { StoredPassword } from '../../accounts/password-hash.ts';
import { newPasswordKey, passwordKeys } from '../../locks/locks.ts';
import { notify } from '../../notices/notify.ts';
import { activePassword, lockAccount, setPasswordHash } from '../../store/accounts.ts';
import { resetCounter } from '../../store/counters.ts';
import { knownDevices } from '../../store/devices.ts';
import { spendPasswordCode, voidPasswordCode } from '../../store/help-desk/desk-codes.ts';
import { spendLink, voidLinks } from '../../store/links.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type Effect, effect, type StepContext } from '../rules/step-definition.ts';

/**
 * After a recovery or a change of factors nothing that was proven before holds any more: sessions, remembering and open
 * flows of the account end, except this flow and the session that it belongs to (R34, R39). Devices stay known (R44).
 */
export function revokeProofs(accountId: string, { flowId, facts, now }: StepContext): Effect[] {
  const reason = 'proof-changed';
  return [
    { lost: 'not-allowed', first: true, apply: (tx) => lockAccount(tx, accountId) },
    effect((tx) => revokeAccess(tx, accountId, { now, reason, exceptFlow: flowId, exceptSession: facts.session })),
  ];
}

/**
 * A mailed link is good for one change, and goes in the transaction of that change: until then whoever opens it, a mail
 * scanner included, has changed nothing (R31, R32).
 */
export function spend(context: StepContext): Effect[] {
  const { facts, now } = context;
  const { link } = facts;
  const code = spendStartCode(context);
  return link ? [...code, { lost: 'link-expired', apply: (tx) => spendLink(tx, link.id, now) }] : code;
}

/**
 * A new password for an account that stands as it was read. Everything that was proven with the old one dies with it
 * (R34), and every link that is still on its way (R31).
 */
export function changePassword(context: StepContext, account: AccountRow, password: StoredPassword): Effect[] {
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
    // The account's flows before its other rows, as whatever ends several of them.
    ...revokeProofs(id, context),
    ...spend(context),
    effect(async (tx) => {
      await setPasswordHash(tx, id, password, now);
      await voidLinks(tx, id, now);
      await voidPasswordCode(tx, id);
      // D7: what was counted were guesses of the password that is gone, here and on known devices.
      const keys = [...passwordKeys(account, await knownDevices(tx, id)), newPasswordKey(id)];
      for (const key of keys) await resetCounter(tx, key, now);
      if (account.password_hash === null) return;
      await notify(tx, { notice: 'password-changed', organisationId, accountId: id, at: now, random });
    }),
  ];
}

/** The code is spent by the new password, not by being typed: a flow that was left halfway costs no new code. */
function spendStartCode({ facts, now }: StepContext): Effect[] {
  const { helpDesk } = facts;
  if (helpDesk?.by !== 'code') return [];
  return [{ lost: 'code-expired', apply: (tx) => spendPasswordCode(tx, helpDesk.id, now) }];
}
