import { codeKey, recoveryKey } from '../locks/keys.ts';
import type { Policy } from '../organisations/schema.ts';
import { setCodesDue } from '../store/accounts.ts';
import { resetCounter } from '../store/counters.ts';
import type { Tx } from '../store/database.ts';
import {
  activeFactors,
  endAllFactors,
  insertFactor,
  replaceDisabledFactors,
  replaceFactors,
} from '../store/factors.ts';
import { countUnspent, deleteRecoveryCodes } from '../store/recovery-codes.ts';
import { notify } from './journal.ts';
import { revokeProofs } from './revoke.ts';
import { type Effect, effect, type StepContext } from './step-definition.ts';
import { totpBinding } from './totp-proof.ts';

export interface NewAuthenticator {
  factorId: string;
  secret: Uint8Array;
  /** The step of the code that confirmed it: spent with it (R14). */
  step: number;
  name: string | undefined;
}

/**
 * The effects that make a confirmed authenticator valid and, under the policy `one`, those before it invalid: together in
 * one transaction, or not at all (R11).
 */
export function bindAuthenticator(context: StepContext, policy: Policy, authenticator: NewAuthenticator): Effect[] {
  const { facts, now, random } = context;
  if (!facts.person || facts.organisation === undefined) throw new Error('Set-up came before the person was known.');
  const accountId = facts.person.id;
  const organisationId = facts.organisation;
  const bind = effect(async (tx) => {
    // M8: a user who came in by the help desk's code has nothing else left, and the old things must not help a finder.
    const isByDesk = facts.factor?.desk === true;
    const lost = isByDesk ? await endAllFactors(tx, accountId, 'lost', now) : 0;
    if (isByDesk) await deleteRecoveryCodes(tx, accountId);
    const disabled = await replaceDisabledFactors(tx, accountId, now);
    await insertFactor(tx, await rowOf(tx, context, { accountId, organisationId, ...authenticator }));
    const replaced =
      policy.authenticators === 'one' ? await replaceFactors(tx, accountId, authenticator.factorId, now) : 0;
    // Until they are kept: a user who leaves before that is offered codes again.
    await setCodesDue(tx, accountId, policy.recoveryCodes && (await countUnspent(tx, accountId)) === 0);
    // D7: binding again is what ends the hard cap.
    await resetCounter(tx, codeKey(accountId), now);
    if (isByDesk) await resetCounter(tx, recoveryKey(accountId), now);
    const notice = replaced + lost + disabled > 0 ? 'factor-replaced' : 'factor-added';
    await notify(tx, { notice, organisationId, accountId, at: now, random, data: { method: 'totp' } });
  });
  return [bind, ...revokeProofs(accountId, context)];
}

async function rowOf(
  tx: Tx,
  { keyring, now }: StepContext,
  bound: NewAuthenticator & { accountId: string; organisationId: string },
) {
  const owner = { id: bound.factorId, account_id: bound.accountId, organisation_id: bound.organisationId };
  const others = await activeFactors(tx, bound.accountId);
  return {
    ...owner,
    method: 'totp' as const,
    name: bound.name ?? (others.length === 0 ? 'Authenticator' : `Authenticator ${others.length + 1}`),
    secret: keyring.seal(bound.secret, totpBinding(owner)),
    state: 'active' as const,
    last_step: bound.step,
    created_at: now,
    last_used_at: now,
    ended_at: null,
  };
}
