import { afterPassword, ofReplay } from '../flow/effects/after-password.ts';
import { passwordCounted, provePassword } from '../flow/effects/password-proof.ts';
import { accepted, refused, type StepDefinition } from '../flow/rules/step-definition.ts';

/** Asks for the password, and finds out which factors and devices the account has. */
export const password: StepDefinition<'password'> = {
  answers: ['submit'],
  audited: 'password',
  looksUpName: true,
  async present({ facts }) {
    return { type: 'password', username: facts.account?.username ?? '' };
  },
  counted: passwordCounted,
  async verify(answer, context) {
    // R94: the key of an installation authenticates its client for one account only. Nothing is verified, so the refusal
    // reveals neither whether the account exists nor whether the password is correct.
    const { client } = context.facts;
    if (client?.installation && (await context.account())?.id !== client.installation.account) {
      return refused('bad-client', false);
    }
    const visitor = await context.visitor();
    const proof = await provePassword(answer.password, context);
    if (!proof) {
      const effects = ofReplay(visitor, context);
      return { outcome: 'refused', refusal: { code: 'wrong-credentials' }, counts: true, effects };
    }
    // If the portal has changed the password, the proof has just ended the remembering of this browser.
    const present = context.portal ? await context.visitorTo(proof.account.id) : visitor;
    const { facts, effects } = await afterPassword(proof.account, present, context);
    return accepted(facts, [...proof.effects, ...effects]);
  },
};
