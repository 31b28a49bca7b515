import type { StepDefinition } from '../flow/rules/step-definition.ts';

/** Where such a flow stays: the way on is the link. One may go back, and have it sent again. */
export const mailSent: StepDefinition<'mail-sent'> = {
  answers: [],
  async present({ facts }) {
    return { type: 'mail-sent', to: facts.mailed?.to ?? '' };
  },
};
