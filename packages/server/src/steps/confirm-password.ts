import { passwordCounted, provePassword } from '../flow/effects/password-proof.ts';
import { accepted, refused, type StepDefinition } from '../flow/rules/step-definition.ts';

/** Asks for the password again before a change that a fresh password protects. */
export const confirmPassword: StepDefinition<'confirm-password'> = {
  answers: ['submit'],
  audited: 'confirm-password',
  async present({ facts }) {
    return { type: 'confirm-password', username: facts.person?.username ?? '' };
  },
  // R48: a password lock of the username holds on this path too.
  counted: passwordCounted,
  async verify(answer, context) {
    const proof = await provePassword(answer.password, context);
    if (!proof) return refused('wrong-credentials');
    const confirmed = { at: context.now, changedAt: proof.account.password_changed_at };
    return accepted({ ...context.facts, confirmed }, proof.effects);
  },
};
