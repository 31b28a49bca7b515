import { hasActive } from '../flow/rules/factor.ts';
import type { StepContext, StepDefinition } from '../flow/rules/step-definition.ts';

/** The step of a flow that has ended. It accepts no input. */
export const done: StepDefinition<'done'> = {
  answers: [],
  async present({ facts }: StepContext) {
    const { person, organisation = '', result, has, returnTo } = facts;
    if (!person || !result)
      throw new Error('The step done requires the facts person and result, and the flow lacks one of them.');
    const { id, username, name } = person;
    if ('next' in result) return { type: 'done', ...result, organisation, username };
    const left = has && (hasActive(has) || has.recoveryCodes > 0) ? { recoveryCodesLeft: has.recoveryCodes } : {};
    return {
      type: 'done',
      user: { id, organisation, username, ...(name === undefined ? {} : { name }) },
      ...result,
      ...left,
      ...(returnTo === undefined ? {} : { returnTo }),
    };
  },
};
