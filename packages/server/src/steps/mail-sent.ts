import type { StepDefinition } from '../flow/rules/step-definition.ts';

/** The last step of a flow that requested a link. The user continues with the link, or goes back to request it again. */
export const mailSent: StepDefinition<'mail-sent'> = {
  answers: [],
  async present({ facts }) {
    return { type: 'mail-sent', to: facts.mailed?.to ?? '' };
  },
};
