import { hasActive } from '../flow/rules/factor.ts';
import type { StepContext, StepDefinition } from '../flow/rules/step-definition.ts';

/** Shown of a flow that has ended: it has no answers. */
export const done: StepDefinition<'done'> = {
  answers: [],
  async present({ facts }: StepContext) {
    const { person, organisation = '', result, has, returnTo } = facts;
    if (!person || !result) throw new Error('A flow that is not done was shown as done.');
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
