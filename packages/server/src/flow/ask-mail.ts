import { mailLink } from '../links/mail-link.ts';
import type { LinkPurpose } from '../links/make-link.ts';
import { countMail, mailWait, type Sending } from '../links/sending.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { type Effect, effect, type StepContext, type Verdict } from './step-definition.ts';

/** Who is to get a link by mail: an account, a new address, or nobody. */
export interface Recipient {
  purpose: LinkPurpose;
  accountId: string | null;
  /** Of a registration: the address as it is compared. */
  email?: string;
}

/**
 * Mails a link, at most so many a day for a name. Nobody learns whether there is such a person: whoever is unknown costs
 * the same, with a link and a mail that reach nobody (R55).
 */
export async function askMail(
  context: StepContext,
  { sending, recipient, otherwise }: { sending: Sending; recipient: Recipient | undefined; otherwise?: Effect },
): Promise<{ effects: Effect[] } | Verdict> {
  const retryAfter = await mailWait(context.read, sending);
  if (retryAfter !== undefined) {
    return { outcome: 'refused', refusal: { code: 'throttled', retryAfter }, counts: false };
  }
  const organisation = await context.organisation();
  const to = recipient ?? { purpose: sending.purpose, accountId: null };
  return {
    effects: [
      { lost: 'throttled', apply: (tx) => countMail(tx, sending) },
      mailTo(context, organisation, to),
      ...(otherwise ? [otherwise] : []),
    ],
  };
}

function mailTo(context: StepContext, organisation: OrganisationDefinition, recipient: Recipient): Effect {
  const { keyring, baseUrl, now, random, language } = context;
  const { email } = recipient;
  const to = email === undefined ? {} : { to: email };
  return effect((tx) => mailLink(tx, { ...recipient, ...to, organisation, keyring, baseUrl, now, random, language }));
}
