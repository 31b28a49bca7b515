import { newRowId } from '../crypto/tokens.ts';
import { newRecoveryCodes } from '../factors/recovery-codes/recovery-codes.ts';
import { NOTHING } from '../flow/rules/factor.ts';
import {
  accepted,
  type Effect,
  effect,
  type StepContext,
  type StepDefinition,
  without,
} from '../flow/rules/step-definition.ts';
import { recoveryKey } from '../locks/locks.ts';
import { notify } from '../notices/notify.ts';
import { setCodesDue } from '../store/accounts/accounts.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import { resetCounter } from '../store/counters.ts';
import { replaceRecoveryCodes } from '../store/recovery-codes.ts';

/** The new codes and their hashes, sealed in the flow until the user confirms that the codes are kept. */
interface Sealed {
  codes: string[];
  salt: string;
  hashes: string[];
}

/** Shows a new set of recovery codes, and stores it once the user confirms that the codes are kept. */
export const recoveryCodes: StepDefinition<'recovery-codes'> = {
  answers: ['submit'],
  audited: 'recovery-codes',
  isPrepared: ({ facts }) => facts.newCodes !== undefined,
  /** Makes the codes once in a flow, so a reload shows the same codes until the user confirms them (R61). */
  async prepare({ facts, flowId, keyring, random, hasher }) {
    if (facts.newCodes || !facts.person) return accepted(facts);
    const set: Sealed = await newRecoveryCodes({ random, accountId: facts.person.id, hasher });
    return accepted({ ...facts, newCodes: { sealed: keyring.seal(JSON.stringify(set), ['recovery-codes', flowId]) } });
  },
  async present(context) {
    return { type: 'recovery-codes', codes: open(context).codes };
  },
  async verify(_answer, context) {
    const { facts, now } = context;
    const has = { ...NOTHING, ...facts.has, recoveryCodes: open(context).codes.length };
    return accepted({ ...without(facts, 'newCodes', 'codesDue'), has, codesKept: { at: now } }, storeCodes(context));
  },
};

function open({ facts, flowId, keyring }: StepContext): Sealed {
  if (!facts.newCodes) throw new Error('The step recovery-codes requires the fact newCodes, which is missing.');
  return JSON.parse(Buffer.from(keyring.open(facts.newCodes.sealed, ['recovery-codes', flowId])).toString('utf8'));
}

/**
 * Makes the new codes valid and deletes the previous ones. Also resets the counter, since the counted guesses were at the
 * previous codes.
 */
function storeCodes(context: StepContext): Effect[] {
  const { facts, now, random } = context;
  const { salt, hashes } = open(context);
  const accountId = facts.person?.id ?? '';
  const organisationId = facts.organisation ?? '';
  return [
    // The cap of the previous codes is applied under the same row lock, so it never deletes the new codes.
    { lost: 'not-allowed', first: true, apply: (tx) => lockAccount(tx, accountId) },
    effect(async (tx) => {
      const codes = hashes.map((hash) => ({ id: newRowId(random, now), hash }));
      await replaceRecoveryCodes(tx, { accountId, organisationId, setId: newRowId(random, now), salt, codes, now });
      await setCodesDue(tx, accountId, false);
      await resetCounter(tx, recoveryKey(accountId), now);
      await notify(tx, { notice: 'recovery-codes-made', organisationId, accountId, at: now, random });
    }),
  ];
}
