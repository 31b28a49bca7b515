import { newRowId } from '../../crypto/tokens.ts';
import { accountOf } from '../../flow/effects/factor-counted.ts';
import type { StepContext } from '../../flow/rules/step-definition.ts';
import { leaveSms } from '../../sms/leave-sms.ts';
import { maskNumber } from '../../sms/phone-number.ts';
import { countSending, type Sending, sendingWait } from '../../sms/sending-limits.ts';
import { activeFactors } from '../../store/factors/factors.ts';
import type { CodeChannel, Destination } from '../sent-code/channel.ts';
import { openNumber } from './factor.ts';

/** Sends the codes of a step as text messages, within the sending limits (R24). */
const textMessages = (
  { step, isConfirmed }: { step: CodeChannel['step']; isConfirmed: boolean },
  numberOf: (context: StepContext) => Promise<string | undefined>,
): CodeChannel => ({
  step,
  method: 'sms',
  async destination(context) {
    const number = await numberOf(context);
    return number === undefined ? undefined : { address: number, to: maskNumber(number) };
  },
  wait: async (context, to) => await sendingWait(context.read, await sendingOf(context, to, isConfirmed)),
  count: async (tx, context, to) => await countSending(tx, await sendingOf(context, to, isConfirmed)),
  async leave(tx, context, { address }, { challengeId, code, expiresAt }) {
    const { now, random, keyring, language, baseUrl } = context;
    const { id: organisationId, name } = await context.organisation();
    await leaveSms(tx, {
      ...{ id: newRowId(random, now), organisationId, accountId: accountOf(context.facts), challengeId },
      ...{ to: address, template: 'sms-code', at: now, expiresAt, keyring },
      data: { code, host: new URL(baseUrl).hostname, portal: name, language },
    });
  },
});

async function sendingOf(context: StepContext, { address }: Destination, isConfirmed: boolean): Promise<Sending> {
  const { facts, address: network, keyring, now } = context;
  const { id, policy } = await context.organisation();
  const accountId = accountOf(facts);
  return { organisation: { id }, accountId, destination: address, isConfirmed, network, policy, keyring, now };
}

/** Sends codes to the phone number of the account. */
export const toOwnNumber: CodeChannel = textMessages(
  { step: 'sms', isConfirmed: true },
  async ({ facts, read, keyring }) => {
    const [row] = await activeFactors(read, accountOf(facts), 'sms');
    return row && openNumber(row, keyring);
  },
);

/** Sends codes to the number that the flow enrolls. */
export const toNewNumber: CodeChannel = textMessages(
  { step: 'enroll-sms', isConfirmed: false },
  async (context) => newNumberOf(context)?.number,
);

const bindingOf = (flowId: string, factorId: string): string[] => ['enroll-sms', flowId, factorId];

/** Seals a number that is not confirmed yet, for the fact `enrolment`. */
export function sealNewNumber({ flowId, keyring }: StepContext, factorId: string, number: string): string {
  return keyring.seal(number, bindingOf(flowId, factorId));
}

/** The number that the flow enrolls, with the id of its factor; undefined before it was entered. */
export function newNumberOf({ facts, flowId, keyring }: StepContext): { factorId: string; number: string } | undefined {
  if (facts.enrolment?.method !== 'sms') return undefined;
  const { factorId, secret } = facts.enrolment;
  return { factorId, number: Buffer.from(keyring.open(secret, bindingOf(flowId, factorId))).toString('utf8') };
}
