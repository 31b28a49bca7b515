import { newRowId } from '../../crypto/tokens.ts';
import { accountOf } from '../../flow/effects/factor-counted.ts';
import type { StepContext } from '../../flow/rules/step-definition.ts';
import { countMail, mailWait, type Sending } from '../../links/sending.ts';
import { leaveCodeMail } from '../../mail/leave-code-mail.ts';
import { confirmedEmail } from '../../store/accounts/email-address.ts';
import type { CodeChannel } from '../sent-code/channel.ts';

/** Sends codes to the confirmed email address of the account. */
export const toOwnAddress: CodeChannel = {
  step: 'email',
  method: 'email',
  async destination({ facts, read }) {
    const address = await confirmedEmail(read, accountOf(facts));
    return address === undefined ? undefined : { address, to: maskEmail(address) };
  },
  wait: async (context) => await mailWait(context.read, sendingOf(context)),
  count: async (tx, context) => await countMail(tx, sendingOf(context)),
  async leave(tx, context, { address }, { challengeId, code, expiresAt }) {
    const { now, random, keyring, language, baseUrl } = context;
    const { id: organisationId, name } = await context.organisation();
    await leaveCodeMail(tx, {
      ...{ id: newRowId(random, now), organisationId, accountId: accountOf(context.facts), challengeId },
      ...{ to: address, template: 'email-code', at: now, expiresAt, keyring },
      data: { code, host: new URL(baseUrl).hostname, portal: name, language },
    });
  },
};

/** A budget for each account: only a user with the correct password requests codes, so no stranger uses it up. */
function sendingOf({ facts, now }: StepContext): Sending {
  return { purpose: 'code', from: { accountId: accountOf(facts) }, now };
}

/** Masks an email address: 'a•••@mail.example'. It shows the first character and the host. */
function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = address;
  return `${first}•••${address.slice(at)}`;
}
