import type { MailTo } from '../../links/leave-mail.ts';
import { mailLink } from '../../links/mail-link.ts';
import type { LinkPurpose } from '../../links/make-link.ts';
import { countMail, mailWait, requestKey, type Sending } from '../../links/sending.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type Effect, effect, type StepContext, type Verdict } from '../rules/step-definition.ts';

/** A request for an email, by a user or a stranger. */
export interface MailRequest {
  /** The purpose of the link; it decides the budget. */
  purpose: Exclude<Sending['purpose'], 'code'>;
  /** The name in the form in which it is compared. */
  name: string;
  /** The typed address in the form in which it is compared; absent where the step has no address. */
  email?: string;
  /** The account of that name in any state; undefined when there is none. */
  account: AccountRow | undefined;
  /** The recipient of the link; undefined when no email may be sent. */
  recipient: Recipient | undefined;
}

/** The recipient of a link. */
export interface Recipient {
  purpose: LinkPurpose;
  /** The account of the link; null for a registration. */
  accountId: string | null;
  /** For a registration: the address in the form in which it is compared. */
  email?: string;
  /** The destination of the email, when it is not the address of the link's account. */
  mail?: MailTo;
}

/**
 * Mails a link, a limited number of times a day. The result does not reveal whether the account exists. A name without an
 * account costs the same statements and rows; its link and email are dropped by the sender (R55).
 */
export async function askMail(context: StepContext, request: MailRequest): Promise<{ effects: Effect[] } | Verdict> {
  const organisation = await context.organisation();
  const sending = await sendingOf(context, organisation.id, request);
  const retryAfter = await mailWait(context.read, sending);
  if (retryAfter !== undefined) {
    return { outcome: 'refused', refusal: { code: 'throttled', retryAfter }, counts: false };
  }
  return {
    effects: [{ lost: 'throttled', apply: (tx) => countMail(tx, sending) }, mailTo(context, organisation, request)],
  };
}

/** The budget: that of the device when it is known for the account, otherwise those of name, address and network. */
async function sendingOf(
  { now, address: network, visitorTo }: StepContext,
  organisationId: string,
  { purpose, name, email, account }: MailRequest,
): Promise<Sending> {
  const visitor = await visitorTo(account?.id);
  if (account && visitor && 'known' in visitor) {
    return { purpose, from: { accountId: account.id, deviceId: visitor.known.id }, now };
  }
  return { purpose, from: { organisationId, name, email, network }, now };
}

function mailTo(context: StepContext, organisation: OrganisationDefinition, request: MailRequest): Effect {
  const { keyring, baseUrl, now, random, language } = context;
  const { purpose, name, email, account, recipient = { purpose, accountId: null } } = request;
  // The key of an activation equals that of the help desk's invitation, so both share one link.
  const requested =
    recipient.purpose === 'activate' && account ? { purpose: recipient.purpose, name } : { purpose, name, email };
  const key = requestKey({ ...requested, organisationId: organisation.id });
  const link = { ...recipient, organisation, requestKey: key, keyring, baseUrl, now, random, language };
  return effect((tx) => mailLink(tx, link));
}
