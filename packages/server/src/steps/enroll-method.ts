import { accepted, refused, type StepDefinition } from '../flow/rules/step-definition.ts';
import { methodsToEnroll } from '../flow/rules/which-factor.ts';
import { inLanguage } from '../organisations/policy.ts';

/** Lets the user choose the method to enroll. Offers the methods of the policy that this server knows. */
export const enrollMethod: StepDefinition<'enroll-method'> = {
  answers: ['submit'],
  async present({ facts, organisation, language, registry }) {
    const { policy } = await organisation();
    const known = methodsToEnroll(facts, policy).filter(({ method }) => registry.methods.includes(method));
    const methods = known.map(({ method, recommended, note }) => ({
      method,
      ...(recommended === undefined ? {} : { recommended }),
      ...(note === undefined ? {} : { note: inLanguage(note, language) }),
    }));
    return { type: 'enroll-method', methods };
  },
  async verify({ method }, { facts, organisation, registry }) {
    const { policy } = await organisation();
    const isKnown = registry.methods.includes(method);
    if (!isKnown || !methodsToEnroll(facts, policy).some((offered) => offered.method === method))
      return refused('not-allowed', false);
    return accepted({ ...facts, setUpMethod: method });
  },
};
