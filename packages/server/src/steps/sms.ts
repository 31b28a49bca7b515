import {
  describeCode,
  isCodePrepared,
  judgeSentCode,
  prepareCode,
  resendCode,
} from '../factors/sent-code/challenge.ts';
import { SENT_DIGITS } from '../factors/sent-code/code.ts';
import { toOwnNumber } from '../factors/sms/channel.ts';
import { normaliseCode } from '../factors/totp/code.ts';
import { describeMethods } from '../flow/effects/describe-methods.ts';
import { accountOf, factorCounted } from '../flow/effects/factor-counted.ts';
import { rememberFact, rememberOffer } from '../flow/effects/remember.ts';
import { accepted, type Effect, refused, type StepDefinition, without } from '../flow/rules/step-definition.ts';
import { activeFactors, useFactor } from '../store/factors/factors.ts';

/** Asks for the code that was sent to the account's phone number. */
export const sms: StepDefinition<'sms'> = {
  answers: ['submit', 'resend'],
  audited: 'sms',
  isPrepared: ({ facts }) => isCodePrepared(facts, toOwnNumber),
  prepare: (context) => prepareCode(context, toOwnNumber),
  async present(context) {
    const { policy } = await context.organisation();
    return {
      type: 'sms',
      ...(await describeCode(context, toOwnNumber)),
      ...rememberOffer(context),
      methods: await describeMethods(context, context.order.otherMethods(context, policy, 'sms')),
    };
  },
  async counted(context, { action }) {
    return action === 'resend' ? undefined : await factorCounted(context, 'sms');
  },
  async verify(answer, context) {
    if (answer.action === 'resend') return await resendCode(context, toOwnNumber);
    const code = normaliseCode(answer.code, SENT_DIGITS);
    if (code === null) return refused('wrong-code');
    const verdict = await judgeSentCode(code, context, toOwnNumber);
    if (verdict.outcome === 'refused') return verdict;
    const { facts, now, read } = context;
    const [row] = await activeFactors(read, accountOf(facts), 'sms');
    if (!row) return refused('code-expired', false);
    const { id } = row;
    // A number that is replaced or removed meanwhile proves nothing.
    const use: Effect = { lost: 'out-of-order', apply: (tx) => useFactor(tx, id, now) };
    const proven = { ...without(facts, 'challenge'), factor: { method: 'sms', id, at: now } as const };
    return accepted({ ...proven, ...rememberFact(answer, context) }, [verdict.spend, use]);
  },
};
