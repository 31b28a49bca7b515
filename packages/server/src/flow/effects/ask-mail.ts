import type { MailTo } from '../../links/leave-mail.ts';
import { mailLink } from '../../links/mail-link.ts';
import type { LinkPurpose } from '../../links/make-link.ts';
import { countMail, mailWait, requestKey, type Sending } from '../../links/sending.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type Effect, effect, type StepContext, type Verdict } from '../rules/step-definition.ts';

/** What a user, or a stranger, asks a mail for. */
export interface MailRequest {
  purpose: Sending['purpose'];
  /** The name as it is compared. */
  name: string;
  /** The typed address as it is compared, where one is typed. */
  email?: string;
  /** The account of that name, whatever its state. */
  account: AccountRow | undefined;
  /** Undefined when no mail is to reach an address. */
  recipient: Recipient | undefined;
}

/** Whose link is mailed. */
export interface Recipient {
  purpose: LinkPurpose;
  accountId: string | null;
  /** Of a registration: the address as it is compared. */
  email?: string;
  /** Where the mail goes, unless that is the account of the link. */
  mail?: MailTo;
}

/**
 * Mails a link, a limited number of times a day. The answer does not tell whether there is such an account: a name that has
 * none costs the same statements and rows, with a link and a mail that the sender drops (R55).
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

/** On a device that is known for the account its own budget, elsewhere that of name, address and network. */
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
  // An activation is asked for as the help desk's invitation is, so that the two share one link.
  const asked =
    recipient.purpose === 'activate' && account ? { purpose: recipient.purpose, name } : { purpose, name, email };
  const key = requestKey({ ...asked, organisationId: organisation.id });
  const link = { ...recipient, organisation, requestKey: key, keyring, baseUrl, now, random, language };
  return effect((tx) => mailLink(tx, link));
}
