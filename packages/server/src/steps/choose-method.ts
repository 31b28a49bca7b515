import { describeMethods } from '../flow/effects/describe-methods.ts';
import { accepted, refused, type StepDefinition } from '../flow/rules/step-definition.ts';

/** Lets the user choose one of the factors that the account can prove in this flow. */
export const chooseMethod: StepDefinition<'choose-method'> = {
  answers: ['submit'],
  async present(context) {
    const { policy } = await context.organisation();
    return {
      type: 'choose-method',
      methods: await describeMethods(
        context,
        context.order.methodsOf(context, policy).map((method) => ({ method })),
      ),
    };
  },
  async verify(answer, context) {
    const { policy } = await context.organisation();
    if (!context.order.methodsOf(context, policy).includes(answer.method)) return refused('not-allowed');
    return accepted({ ...context.facts, method: answer.method });
  },
};
