import { emailKey, UsernameError, usernameKey } from '../accounts/username.ts';
import { accepted, refused, type StepDefinition } from '../flow/rules/step-definition.ts';

/** Asks for the username. The step reads no account, so the response is the same for every username (R53). */
export const username: StepDefinition<'username'> = {
  answers: ['submit'],
  async present(context) {
    return { type: 'username', format: (await context.organisation()).username };
  },
  async verify(answer, context) {
    const keyOf = (await context.organisation()).username === 'email' ? emailKey : usernameKey;
    try {
      const key = keyOf(answer.username);
      return accepted({ ...context.facts, account: { username: answer.username, key } });
    } catch (error) {
      if (error instanceof UsernameError) return refused('bad-username');
      throw error;
    }
  },
};
