import type { Language } from '@tweestap/protocol';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { AccountRow, OutboxRow } from '../store/schema.ts';
import { sayMoment } from './moment.ts';
import { htmlPart, oneLine, type Parts, textPart } from './page.ts';
import { templates } from './templates/index.ts';
import type { MailFacts, MailTemplate } from './templates/template.ts';

/** What a row of the outbox says, beside the sealed link. */
export interface MailData {
  /** RFC 3339: when it happened; else the row's own time. */
  at?: string;
  /** RFC 3339: until when the link is good. */
  expiresAt?: string;
  /** The language of the person who asked; else the organisation's. */
  language?: Language;
  device?: string;
  left?: number;
}

export interface MailSource {
  row: Pick<OutboxRow, 'template' | 'created_at'>;
  data: MailData;
  organisation: OrganisationDefinition;
  /** Of a registration there is none yet. */
  account: Pick<AccountRow, 'username' | 'name'> | undefined;
  /** Where it goes (`mailAddress`). */
  to: string;
  /** Opened; undefined where the mail has none, or once it has been sent. */
  link: string | undefined;
  /** The configured base URL, without a slash at its end (R33). */
  baseUrl: string;
}

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
  /** The addresses in it, the one that it is about first. */
  links: string[];
  language: Language;
}

/** The template is of a newer program than this one: another instance may know it. */
export class UnknownTemplateError extends Error {
  readonly code = 'unknown-template';
}

/** Of organisations that name none. */
const TIME_ZONE = 'UTC';

/** Makes subject, text and HTML of a row. Pure. @throws UnknownTemplateError */
export function renderMail(source: MailSource): RenderedMail {
  const { row, data, organisation, account, to, link } = source;
  const known: Readonly<Record<string, MailTemplate>> = templates;
  const template = Object.hasOwn(known, row.template) ? known[row.template] : undefined;
  if (!template) throw new UnknownTemplateError(`There is no mail "${oneLine(row.template)}".`);
  const language = data.language ?? organisation.language;
  const facts = factsOf(source, language);
  const letter = template[language](facts);
  const said = phrases[language];
  const help = helpOf(organisation, language);
  const name = oneLine(account?.name ?? '');
  const parts: Parts = {
    language,
    subject: letter.subject,
    greeting: said.greeting(name),
    // A mail that has left keeps its words, not its link (R59).
    text: letter.button !== undefined && link === undefined ? [...letter.text, said.gone] : letter.text,
    button: letter.button === undefined || link === undefined ? undefined : { words: letter.button, url: link },
    notMe: letter.notMe,
    help,
    organisation: facts.organisation,
    footer: [said.about(oneLine(account?.username ?? to)), said.noAnswer],
    addresses: [facts.settings, ...(help?.url === undefined ? [] : [help.url]), ...(link === undefined ? [] : [link])],
  };
  const text = textPart(parts);
  const links = [link, facts.settings, help?.url].filter((url) => url !== undefined && text.includes(url));
  return { subject: letter.subject, text, html: htmlPart(parts), links: links as string[], language };
}

/**
 * Where a person's mail goes: the stored address (R33), which is the username where usernames are addresses. Undefined
 * where there is none.
 */
export function mailAddress(
  account: Pick<AccountRow, 'username' | 'email'>,
  organisation: Pick<OrganisationDefinition, 'username'>,
): string | undefined {
  if (account.email !== null) return account.email;
  return organisation.username === 'email' ? account.username : undefined;
}

function factsOf({ row, data, organisation, account, to, baseUrl }: MailSource, language: Language): MailFacts {
  const timeZone = organisation.policy.setUp?.timeZone ?? TIME_ZONE;
  const said = (time: string): string => sayMoment(Date.parse(time), language, timeZone);
  return {
    organisation: oneLine(organisation.name),
    username: oneLine(account?.username ?? to),
    at: data.at === undefined ? sayMoment(row.created_at, language, timeZone) : said(data.at),
    until: data.expiresAt === undefined ? '' : said(data.expiresAt),
    settings: organisation.pages.settings ?? `${baseUrl}/settings`,
    device: oneLine(data.device ?? ''),
    left: data.left ?? 0,
  };
}

function helpOf({ help }: OrganisationDefinition, language: Language): Parts['help'] {
  if (!help) return undefined;
  const text = typeof help.text === 'string' ? help.text : help.text[language];
  return { text: oneLine(text, 2000), url: help.url };
}

const phrases: Readonly<
  Record<Language, { greeting(name: string): string; about(username: string): string; noAnswer: string; gone: string }>
> = {
  en: {
    greeting: (name) => (name === '' ? 'Hello,' : `Hello ${name},`),
    about: (username) => `This mail is about the account ${username}.`,
    noAnswer: 'It was sent automatically. Nobody reads an answer to it.',
    gone: '(The link is not kept once the mail was sent.)',
  },
  nl: {
    greeting: (name) => (name === '' ? 'Dag,' : `Dag ${name},`),
    about: (username) => `Deze mail gaat over het account ${username}.`,
    noAnswer: 'Hij is automatisch verstuurd. Een antwoord wordt niet gelezen.',
    gone: '(De link wordt niet bewaard nadat de mail verstuurd is.)',
  },
};
