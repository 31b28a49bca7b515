import { requestOptions } from '../factors/passkey/assertion.ts';
import { openChallenge, withChallenge } from '../factors/passkey/challenge.ts';
import { passkeysOf, provePasskey, withoutChallenge } from '../factors/passkey/prove.ts';
import { relyingPartyOf } from '../factors/passkey/relying-party.ts';
import { describeMethods } from '../flow/effects/describe-methods.ts';
import { rememberFact, rememberOffer } from '../flow/effects/remember.ts';
import { accepted, type StepDefinition } from '../flow/rules/step-definition.ts';

/** Asks for a passkey as the second factor, and offers to remember the device. */
export const passkey: StepDefinition<'passkey'> = {
  answers: ['submit'],
  audited: 'passkey',
  isPrepared: (context) => openChallenge(context) !== undefined,
  async prepare(context) {
    const { facts } = context;
    return accepted(openChallenge(context) === undefined ? withChallenge(facts, context) : facts);
  },
  async present(context) {
    const { facts } = context;
    const { policy } = await context.organisation();
    const allowed = await passkeysOf(context, facts.person?.id ?? '');
    const challenge = openChallenge(context) ?? '';
    return {
      type: 'passkey',
      options: await requestOptions(await relyingPartyOf(context), challenge, allowed),
      ...rememberOffer(context),
      methods: await describeMethods(context, context.order.otherMethods(context, policy, 'passkey')),
    };
  },
  // A signature can't be guessed, so it needs no lock. The budget bounds what wrong ones cost the server.
  async spends() {
    return { spending: 'code' };
  },
  async verify({ credential, remember }, context) {
    const proof = await provePasskey(credential, context, 'second');
    if (proof.outcome === 'refused') return proof;
    const { facts, now } = context;
    const factor = { method: 'passkey', id: proof.row.id, at: now, ...howOf(proof) } as const;
    return accepted({ ...withoutChallenge(facts), factor, ...rememberFact({ remember }, context) }, proof.effects);
  },
};

function howOf({ how }: { how: string | undefined }): { how?: string } {
  return how === undefined ? {} : { how };
}
