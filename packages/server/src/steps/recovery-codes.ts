import { newId } from '../crypto/tokens.ts';
import { newRecoveryCodes } from '../factors/recovery-codes/recovery-codes.ts';
import { notify } from '../flow/journal.ts';
import {
  accepted,
  type Effect,
  effect,
  type StepContext,
  type StepDefinition,
  without,
} from '../flow/step-definition.ts';
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
    if (facts.newCodes || !facts.person) return facts;
    const set: Sealed = await newRecoveryCodes({ random, accountId: facts.person.id, hasher });
    return { ...facts, newCodes: { sealed: keyring.seal(JSON.stringify(set), ['recovery-codes', flowId]) } };
  },
  async present(context) {
    return { type: 'recovery-codes', codes: open(context).codes };
  },
  async verify(_answer, context) {
    const { facts, now } = context;
    const has = { totp: true, disabled: false, ...facts.has, recoveryCodes: open(context).codes.length };
    return accepted({ ...without(facts, 'newCodes'), has, codesKept: { at: now } }, [keep(context)]);
  },
};

function open({ facts, flowId, keyring }: StepContext): Sealed {
  if (!facts.newCodes) throw new Error('The recovery codes were not prepared.');
  return JSON.parse(Buffer.from(keyring.open(facts.newCodes.sealed, ['recovery-codes', flowId])).toString('utf8'));
}

/** They count from the moment that the person has them; the ones before them are gone with it. */
function keep(context: StepContext): Effect {
  const { facts, now, random } = context;
  const { salt, hashes } = open(context);
  return effect(async (tx) => {
    const accountId = facts.person?.id ?? '';
    const organisationId = facts.organisation ?? '';
    const codes = hashes.map((hash) => ({ id: newId(random), hash }));
    await replaceRecoveryCodes(tx, { accountId, organisationId, setId: newId(random), salt, codes, now });
    await notify(tx, { notice: 'recovery-codes-made', organisationId, accountId, at: now, random });
  });
}
