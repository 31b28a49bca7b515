import type { Language, Method } from '@tweestap/protocol';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { AccountRow, OutboxRow } from '../store/schema.ts';
import type { CodeContent } from './leave-code-mail.ts';
import { sayMoment } from './moment.ts';
import { htmlPart, oneLine, type Parts, textPart } from './page.ts';
import { templates } from './templates/index.ts';
import type { MailFacts, MailTemplate } from './templates/template.ts';

/** The data of an outbox row, except the sealed link. */
export interface MailData {
  /** When the event happened (RFC 3339). Default: when the row was created. */
  at?: string;
  /** When the link expires (RFC 3339). */
  expiresAt?: string;
  /** The language of the request. Default: the organisation's. */
  language?: Language;
  /** The name of the device or authenticator. */
  device?: string;
  /** The method of the factor. */
  method?: Method;
  /** The masked phone number. */
  to?: string;
  /** The number of recovery codes that are left. */
  left?: number;
}

/** Everything that `renderMail` needs. */
export interface MailSource {
  row: Pick<OutboxRow, 'template' | 'created_at'>;
  data: MailData;
  organisation: OrganisationDefinition;
  /** Undefined for a registration, whose account does not exist yet. */
  account: Pick<AccountRow, 'username' | 'name'> | undefined;
  /** The recipient's address (`mailAddress`). */
  to: string;
  /** The opened link; undefined if the email has none, or after it was sent. */
  link: string | undefined;
  /** The opened code; undefined if the email has none, or after it was sent. */
  code?: Pick<CodeContent, 'code' | 'host'> | undefined;
  /** The configured base URL, without a trailing slash (R33). */
  baseUrl: string;
}

/** The content of an email. */
export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
  /** The addresses in the email, the most important one first. */
  links: string[];
  language: Language;
}

/** The name of the template is unknown, for example because a newer version of the server stored it. */
export class UnknownTemplateError extends Error {
  readonly code = 'unknown-template';
}

/** The time zone of organisations that do not set one. */
const TIME_ZONE = 'UTC';

/** Makes the subject, text and HTML of an outbox row. A pure function. @throws UnknownTemplateError */
export function renderMail(source: MailSource): RenderedMail {
  const { row, data, organisation, account, to, link, code } = source;
  const known: Readonly<Record<string, MailTemplate>> = templates;
  const template = Object.hasOwn(known, row.template) ? known[row.template] : undefined;
  if (!template) throw new UnknownTemplateError(`The email template "${oneLine(row.template)}" is unknown.`);
  const language = data.language ?? organisation.language;
  const facts = factsOf(source, language);
  const content = template[language](facts);
  const common = phrases[language];
  const help = helpOf(organisation, language);
  const isGone = (content.button !== undefined && link === undefined) || (content.hasCode && code === undefined);
  const name = oneLine(account?.name ?? '');
  const parts: Parts = {
    language,
    subject: content.subject,
    greeting: common.greeting(name),
    // A sent email keeps its text but neither its link nor its code (R59).
    text: [...content.text, ...(isGone ? [common.gone] : [])],
    code: content.hasCode ? code?.code : undefined,
    qrCode: content.hasQrCode ? link : undefined,
    button: content.button === undefined || link === undefined ? undefined : { words: content.button, url: link },
    notMe: content.notMe,
    help,
    organisation: facts.organisation,
    footer: [common.about(oneLine(account?.username ?? to)), common.noReply],
    addresses: [facts.settings, ...(help?.url === undefined ? [] : [help.url]), ...(link === undefined ? [] : [link])],
  };
  const text = textPart(parts);
  const links = [link, facts.settings, help?.url].filter((url) => url !== undefined && text.includes(url));
  return { subject: content.subject, text, html: htmlPart(parts), links: links as string[], language };
}

/**
 * Returns the address for emails to a user: the stored one (R33), or the username in an organisation whose usernames are
 * addresses. Undefined if there is neither.
 */
export function mailAddress(
  account: Pick<AccountRow, 'username' | 'email'>,
  organisation: Pick<OrganisationDefinition, 'username'>,
): string | undefined {
  if (account.email !== null) return account.email;
  return organisation.username === 'email' ? account.username : undefined;
}

function factsOf({ row, data, organisation, account, to, code, baseUrl }: MailSource, language: Language): MailFacts {
  const timeZone = organisation.policy.setUp?.timeZone ?? TIME_ZONE;
  const inWords = (time: string): string => sayMoment(Date.parse(time), language, timeZone);
  return {
    organisation: oneLine(organisation.name),
    username: oneLine(account?.username ?? to),
    at: data.at === undefined ? sayMoment(row.created_at, language, timeZone) : inWords(data.at),
    until: data.expiresAt === undefined ? '' : inWords(data.expiresAt),
    settings: organisation.pages.settings ?? `${baseUrl}/settings`,
    host: oneLine(code?.host ?? new URL(baseUrl).hostname),
    device: oneLine(data.device ?? ''),
    method: data.method,
    to: oneLine(data.to ?? ''),
    left: data.left ?? 0,
  };
}

function helpOf({ help }: OrganisationDefinition, language: Language): Parts['help'] {
  if (!help) return undefined;
  const text = typeof help.text === 'string' ? help.text : help.text[language];
  return { text: oneLine(text, 2000), url: help.url };
}

const phrases: Readonly<
  Record<Language, { greeting(name: string): string; about(username: string): string; noReply: string; gone: string }>
> = {
  en: {
    greeting: (name) => (name === '' ? 'Hello,' : `Hello ${name},`),
    about: (username) => `This email is about the account ${username}.`,
    noReply: 'It was sent automatically. Replies are not read.',
    gone: '(The link or code is not kept after the email is sent.)',
  },
  nl: {
    greeting: (name) => (name === '' ? 'Dag,' : `Dag ${name},`),
    about: (username) => `Deze e-mail gaat over het account ${username}.`,
    noReply: 'Hij is automatisch verstuurd. Antwoorden worden niet gelezen.',
    gone: '(De link of code wordt niet bewaard nadat de e-mail is verstuurd.)',
  },
};
