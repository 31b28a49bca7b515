import type { Language } from '@tweestap/protocol/constants';
import type { OutboxMessage } from '@tweestap/server';
import { type Html, html } from '../text/html.ts';
import type { Preferences, Words } from '../text/language.ts';
import { type Assets, document, languageSwitch } from './layout.ts';

const texts = {
  title: { nl: 'Postvak van de demo', en: 'Demo mailbox' },
  lead: {
    nl: 'Alle e-mails en sms’jes die de demo zou versturen, de nieuwste bovenaan. De links en codes werken. Dit postvak hoort niet bij het portaal.',
    en: 'All emails and text messages that the demo would send, newest first. The links and codes work. This mailbox is not part of the portal.',
  },
  sms: { nl: 'Sms', en: 'Text message' },
  none: { nl: 'Nog geen berichten', en: 'No messages yet' },
  noneText: {
    nl: 'Kies in een portaal ‘Wachtwoord vergeten?’ of stel een app in. De e-mail daarover verschijnt dan hier.',
    en: 'Choose ‘Forgot password?’ in a portal, or set up an app. The email about it then appears here.',
  },
  to: { nl: 'Aan', en: 'To' },
  asSeen: { nl: 'Bekijken zoals in een e-mailprogramma', en: 'View as in an email program' },
  toPortal: { nl: 'Naar het portaal', en: 'Go to the portal' },
} as const satisfies Record<string, Words>;

/** `/outbox`: the messages that the demo would send. Its script reloads the page when there is a new one. */
export const outboxPage = (preferences: Preferences, assets: Assets, messages: readonly OutboxMessage[]): string => {
  const { lang } = preferences;
  const say = (key: keyof typeof texts): string => texts[key][lang];
  const [newest] = messages;
  const list = newest
    ? html`<ol class="mails">${messages.map((message, index) => messageItem(message, index === 0, lang))}</ol>`
    : html`<section class="mails-none"><h2>${say('none')}</h2><p>${say('noneText')}</p></section>`;
  const body = html`<main class="mailbox" data-state="${messages.length} ${newest?.at ?? ''}">
  <header class="mailbox-head"><div><h1>${say('title')}</h1><p>${say('lead')}</p></div>${languageSwitch(lang)}</header>
  ${list}
  <p><a href="/">${say('toPortal')}</a></p>
</main>`;
  return document({ preferences, title: say('title'), look: 'plain', assets, body });
};

const messageItem = (message: OutboxMessage, open: boolean, lang: Language): Html => {
  const { id, to, text, links, at } = message;
  const isMail = message.channel === 'mail';
  const content = html`<summary><span class="mail-subject">${isMail ? message.subject : texts.sms[lang]}</span>
    <span class="mail-to">${texts.to[lang]} ${to}</span><time class="mail-at" datetime="${at}">${moment(at, lang)}</time></summary>
  <div class="mail-text">${withLinks(text, links)}</div>
  ${isMail && html`<p class="mail-more"><a href="/outbox/${id}" target="_blank" rel="noopener">${texts.asSeen[lang]}</a></p>`}`;
  return open
    ? html`<li><details class="mail" data-id="${id}" open>${content}</details></li>`
    : html`<li><details class="mail" data-id="${id}">${content}</details></li>`;
};

/** The text of the message, with the addresses from `links` as links. */
const withLinks = (text: string, links: readonly string[]): Html => {
  const first = links
    .map((link) => ({ link, at: text.indexOf(link) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || b.link.length - a.link.length)[0];
  if (!first) return html`${text}`;
  const { link, at } = first;
  return html`${text.slice(0, at)}<a href="${link}">${link}</a>${withLinks(text.slice(at + link.length), links)}`;
};

const moment = (at: string, lang: Language): string =>
  new Date(at).toLocaleString(lang === 'nl' ? 'nl-NL' : 'en-GB', {
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
