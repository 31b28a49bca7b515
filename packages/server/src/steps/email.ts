import { toOwnAddress } from '../factors/email/channel.ts';
import {
  describeCode,
  isCodePrepared,
  judgeSentCode,
  prepareCode,
  resendCode,
} from '../factors/sent-code/challenge.ts';
import { SENT_DIGITS } from '../factors/sent-code/code.ts';
import { normaliseCode } from '../factors/totp/code.ts';
import { describeMethods } from '../flow/effects/describe-methods.ts';
import { countedUnder } from '../flow/effects/factor-counted.ts';
import { accepted, refused, type StepDefinition, without } from '../flow/rules/step-definition.ts';

/** Asks for the code that was sent to the account's confirmed email address. */
export const email: StepDefinition<'email'> = {
  answers: ['submit', 'resend'],
  audited: 'email',
  isPrepared: ({ facts }) => isCodePrepared(facts, toOwnAddress),
  prepare: (context) => prepareCode(context, toOwnAddress),
  async present(context) {
    const { policy } = await context.organisation();
    return {
      type: 'email',
      ...(await describeCode(context, toOwnAddress)),
      methods: await describeMethods(context, context.order.otherMethods(context, policy, 'email')),
    };
  },
  /** At the cap nothing ends but the method itself: a code of the help desk is the way out (R91). */
  async counted(context, { action }) {
    if (action === 'resend') return undefined;
    return await countedUnder(context, 'email', { notice: 'factors-disabled', end: async () => 0, left: () => ({}) });
  },
  async verify(answer, context) {
    if (answer.action === 'resend') return await resendCode(context, toOwnAddress);
    const code = normaliseCode(answer.code, SENT_DIGITS);
    if (code === null) return refused('wrong-code');
    const verdict = await judgeSentCode(code, context, toOwnAddress);
    if (verdict.outcome === 'refused') return verdict;
    const { facts, now } = context;
    const factor = { method: 'email', id: verdict.id, at: now } as const;
    return accepted({ ...without(facts, 'challenge'), factor }, [verdict.spend]);
  },
};
