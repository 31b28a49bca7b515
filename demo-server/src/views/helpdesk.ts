import type { Language } from '@tweestap/protocol/constants';
import type { Actor } from '@tweestap/server';
import { demoOrganisations } from '../demo/organisations.ts';
import { type Html, html } from './html.ts';
import type { Taste, Words } from './language.ts';
import { type Assets, document, languageSwitch } from './layout.ts';

/** Who one can be on this page. */
export interface Helper {
  actor: Actor;
  /** The organisation's name; empty for an administrator. */
  organisation: string;
}

const texts = {
  title: { nl: 'Helpdesk', en: 'Help desk' },
  lead: {
    nl: 'Iemand belt en komt er niet in. Zoek die persoon, zie wat er aan de hand is en help. Alles wat je doet staat in het logboek, met je reden.',
    en: 'Somebody calls and can’t get in. Find them, see what is wrong, and help. All that you do is in the log, with your reason.',
  },
  who: { nl: 'Jij bent', en: 'You are' },
  where: { nl: 'Organisatie', en: 'Organisation' },
  find: { nl: 'Wie belt er?', en: 'Who is calling?' },
  query: { nl: 'Naam, gebruikersnaam of e-mailadres', en: 'Name, username or mail address' },
  reason: { nl: 'Reden', en: 'Reason' },
  reasonHint: {
    nl: 'In een zin, bijvoorbeeld: belt, kent de eigen geboortedatum.',
    en: 'In a sentence, for example: called, named the date of birth.',
  },
  search: { nl: 'Zoeken', en: 'Find' },
  needsScript: { nl: 'Deze pagina werkt alleen met JavaScript.', en: 'This page needs JavaScript.' },
  toOutbox: { nl: 'Postvak van de demo', en: 'The demo’s mailbox' },
  toPortal: { nl: 'Naar het portaal', en: 'To the portal' },
} as const satisfies Record<string, Words>;

const roles: Record<Actor['role'], (organisation: string) => Words> = {
  helpdesk: (organisation) => ({ nl: `Helpdesk van ${organisation}`, en: `Help desk of ${organisation}` }),
  counsellor: (organisation) => ({
    nl: `Begeleider van Anna en Bram, ${organisation}`,
    en: `Counsellor of Anna and Bram, ${organisation}`,
  }),
  administrator: () => ({ nl: 'Beheerder van alles', en: 'Administrator of everything' }),
};

/** `/helpdesk`: the frame of the page; its script asks the server and shows what it answers. */
export const helpdeskPage = (taste: Taste, assets: Assets, helpers: readonly Helper[]): string => {
  const { lang } = taste;
  const say = (key: keyof typeof texts): string => texts[key][lang];
  const body = html`<main class="desk" data-desk>
  <header class="desk-head"><div><h1>${say('title')}</h1><p>${say('lead')}</p></div>${languageSwitch(lang)}</header>
  <form class="desk-who">
    <p class="pair"><label for="who">${say('who')}</label><select id="who" data-who>${helpers.map((helper) => option(helper, lang))}</select></p>
    <p class="pair" data-where-line hidden><label for="where">${say('where')}</label><select id="where" data-where>${demoOrganisations.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}</select></p>
  </form>
  <form class="desk-find" data-find novalidate><h2>${say('find')}</h2>
    <p class="pair"><label for="query">${say('query')}</label><input id="query" data-query autocomplete="off" spellcheck="false" maxlength="200" aria-describedby="find-error"></p>
    <p class="pair"><label for="reason">${say('reason')}</label><input id="reason" data-reason autocomplete="off" maxlength="500" aria-describedby="reason-hint find-error"><span id="reason-hint" class="small">${say('reasonHint')}</span></p>
    <p><button class="button">${say('search')}</button></p>
    <p id="find-error" class="wrong" role="alert" data-find-error></p></form>
  <section data-found aria-live="polite"></section>
  <section class="desk-person" data-person tabindex="-1" hidden></section>
  <section class="desk-files" data-files></section>
  <footer class="desk-foot"><a href="/outbox">${say('toOutbox')}</a> <a href="/">${say('toPortal')}</a></footer>
  <noscript><p>${say('needsScript')}</p></noscript>
</main>`;
  return document({ taste, title: say('title'), look: 'plain', assets, body });
};

const option = ({ actor, organisation }: Helper, lang: Language): Html =>
  html`<option value="${JSON.stringify(actor)}">${roles[actor.role](organisation)[lang]}</option>`;
