import type { Language } from '@tweestap/protocol/constants';
import type { OutboxMessage } from '@tweestap/server';
import { type Html, html } from './html.ts';
import type { Taste, Words } from './language.ts';
import { type Assets, document, languageSwitch } from './layout.ts';

const texts = {
  title: { nl: 'Postvak van de demo', en: 'The demo’s mailbox' },
  lead: {
    nl: 'Alle mail die de demo zou versturen, de nieuwste bovenaan. De links werken. Hoort niet bij het portaal.',
    en: 'All mail that the demo would send, the newest first. The links work. Not part of the portal.',
  },
  none: { nl: 'Nog geen mail.', en: 'No mail yet.' },
  noneText: {
    nl: 'Kies in een portaal ‘Wachtwoord vergeten’, of stel een app in: de mail daarover komt hier.',
    en: 'Choose ‘Forgot password’ in a portal, or set an app up: the mail about it comes here.',
  },
  to: { nl: 'Aan', en: 'To' },
  asSeen: { nl: 'Zoals een mailprogramma hem toont', en: 'As a mail program shows it' },
  toPortal: { nl: 'Naar het portaal', en: 'To the portal' },
} as const satisfies Record<string, Words>;

/** `/outbox`: what would be mailed, to read and to follow. Looks for new mail by itself. */
export const outboxPage = (taste: Taste, assets: Assets, messages: readonly OutboxMessage[]): string => {
  const { lang } = taste;
  const say = (key: keyof typeof texts): string => texts[key][lang];
  const [first] = messages;
  const list = first
    ? html`<ol class="mails">${messages.map((message, index) => mail(message, index === 0, lang))}</ol>`
    : html`<section class="mails-none"><h2>${say('none')}</h2><p>${say('noneText')}</p></section>`;
  const body = html`<main class="mailbox" data-state="${messages.length} ${first?.at ?? ''}">
  <header class="mailbox-head"><div><h1>${say('title')}</h1><p>${say('lead')}</p></div>${languageSwitch(lang)}</header>
  ${list}
  <p><a href="/">${say('toPortal')}</a></p>
</main>`;
  return document({ taste, title: say('title'), look: 'plain', assets, body });
};

const mail = ({ id, to, subject, text, links, at }: OutboxMessage, open: boolean, lang: Language): Html => {
  const content = html`<summary><span class="mail-subject">${subject}</span>
    <span class="mail-to">${texts.to[lang]} ${to}</span><time class="mail-at" datetime="${at}">${moment(at, lang)}</time></summary>
  <div class="mail-text">${linked(text, links)}</div>
  <p class="mail-more"><a href="/outbox/${id}" target="_blank" rel="noopener">${texts.asSeen[lang]}</a></p>`;
  return open
    ? html`<li><details class="mail" data-id="${id}" open>${content}</details></li>`
    : html`<li><details class="mail" data-id="${id}">${content}</details></li>`;
};

/** The text as it stands, with the addresses that the mail is known to hold as links. */
const linked = (text: string, links: readonly string[]): Html => {
  const found = links
    .map((link) => ({ link, at: text.indexOf(link) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || b.link.length - a.link.length)[0];
  if (!found) return html`${text}`;
  const { link, at } = found;
  return html`${text.slice(0, at)}<a href="${link}">${link}</a>${linked(text.slice(at + link.length), links)}`;
};

const moment = (at: string, lang: Language): string =>
  new Date(at).toLocaleString(lang === 'nl' ? 'nl-NL' : 'en-GB', {
    timeZone: 'Europe/Amsterdam',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
