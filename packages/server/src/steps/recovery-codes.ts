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
import { lockAccount, setCodesDue } from '../store/accounts.ts';
import { resetCounter } from '../store/counters.ts';
import { replaceRecoveryCodes } from '../store/recovery-codes.ts';

/** What is sealed in the flow between showing and keeping. */
interface Sealed {
  codes: string[];
  salt: string;
  hashes: string[];
}

export const recoveryCodes: StepDefinition<'recovery-codes'> = {
  answers: ['submit'],
  audited: 'recovery-codes',
  needs: 'newCodes',
  /** Made once a flow: a reload shows the same ones, until they are said to be kept (R61). */
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
    return accepted({ ...without(facts, 'newCodes', 'codesDue'), has, codesKept: { at: now } }, keep(context));
  },
};

function open({ facts, flowId, keyring }: StepContext): Sealed {
  if (!facts.newCodes) throw new Error('The recovery codes were not prepared.');
  return JSON.parse(Buffer.from(keyring.open(facts.newCodes.sealed, ['recovery-codes', flowId])).toString('utf8'));
}

/**
 * They are valid from the moment that the user has them, and the ones before them are gone with it; so is what was counted,
 * which were guesses of those.
 */
function keep(context: StepContext): Effect[] {
  const { facts, now, random } = context;
  const { salt, hashes } = open(context);
  const accountId = facts.person?.id ?? '';
  const organisationId = facts.organisation ?? '';
  return [
    // The cap of the codes before locks the account too: it never deletes these.
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
