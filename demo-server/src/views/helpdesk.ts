import type { Language } from '@tweestap/protocol/constants';
import type { Actor } from '@tweestap/server';
import { demoOrganisations } from '../data/organisations.ts';
import { type Html, html } from '../text/html.ts';
import type { Preferences, Words } from '../text/language.ts';
import { type Assets, document, languageSwitch } from './layout.ts';

/** A role that can be chosen on this page. */
export interface Helper {
  actor: Actor;
  /** The organisation's name; empty for an administrator. */
  organisation: string;
}

const texts = {
  title: { nl: 'Helpdesk', en: 'Help desk' },
  lead: {
    nl: 'Help gebruikers die niet kunnen inloggen. Zoek het account, kijk wat er aan de hand is en los het op. Alles wat je doet, komt met je reden in het auditlogboek.',
    en: 'Help users who can’t log in. Find the account, see what is wrong and fix it. Everything that you do is recorded in the audit log, with your reason.',
  },
  role: { nl: 'Je rol', en: 'Your role' },
  organisation: { nl: 'Organisatie', en: 'Organisation' },
  find: { nl: 'Gebruiker zoeken', en: 'Find a user' },
  query: { nl: 'Naam, gebruikersnaam of e-mailadres', en: 'Name, username or email address' },
  reason: { nl: 'Reden', en: 'Reason' },
  reasonHint: {
    nl: 'Eén zin, bijvoorbeeld: telefoontje, identiteit gecontroleerd met de geboortedatum.',
    en: 'One sentence, for example: phone call, identity checked by date of birth.',
  },
  search: { nl: 'Zoeken', en: 'Find' },
  needsScript: { nl: 'Deze pagina werkt alleen met JavaScript.', en: 'This page requires JavaScript.' },
  toOutbox: { nl: 'Postvak van de demo', en: 'Demo mailbox' },
  toPortal: { nl: 'Naar het portaal', en: 'Go to the portal' },
} as const satisfies Record<string, Words>;

const roles: Record<Actor['role'], (organisation: string) => Words> = {
  helpdesk: (organisation) => ({ nl: `Helpdesk van ${organisation}`, en: `Help desk of ${organisation}` }),
  counsellor: (organisation) => ({
    nl: `Begeleider van Anna en Bram, ${organisation}`,
    en: `Counsellor of Anna and Bram, ${organisation}`,
  }),
  administrator: () => ({ nl: 'Beheerder van alle organisaties', en: 'Administrator of all organisations' }),
};

/** `/helpdesk`: the static part of the page. Its script calls the server and shows the results. */
export const helpdeskPage = (preferences: Preferences, assets: Assets, helpers: readonly Helper[]): string => {
  const { lang } = preferences;
  const say = (key: keyof typeof texts): string => texts[key][lang];
  const body = html`<main class="desk" data-desk>
  <header class="desk-head"><div><h1>${say('title')}</h1><p>${say('lead')}</p></div>${languageSwitch(lang)}</header>
  <form class="desk-role">
    <p class="pair"><label for="role">${say('role')}</label><select id="role" data-role>${helpers.map((helper) => option(helper, lang))}</select></p>
    <p class="pair" data-organisation-line hidden><label for="organisation">${say('organisation')}</label><select id="organisation" data-organisation>${demoOrganisations.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}</select></p>
  </form>
  <form class="desk-find" data-find novalidate><h2>${say('find')}</h2>
    <p class="pair"><label for="query">${say('query')}</label><input id="query" data-query autocomplete="off" spellcheck="false" maxlength="200" aria-describedby="find-error"></p>
    <p class="pair"><label for="reason">${say('reason')}</label><input id="reason" data-reason autocomplete="off" maxlength="500" aria-describedby="reason-hint find-error"><span id="reason-hint" class="small">${say('reasonHint')}</span></p>
    <p><button class="button">${say('search')}</button></p>
    <p id="find-error" class="wrong" role="alert" data-find-error></p></form>
  <section data-results aria-live="polite"></section>
  <section class="desk-user" data-user tabindex="-1" hidden></section>
  <section class="desk-files" data-files></section>
  <footer class="desk-foot"><a href="/outbox">${say('toOutbox')}</a> <a href="/">${say('toPortal')}</a></footer>
  <noscript><p>${say('needsScript')}</p></noscript>
</main>`;
  return document({ preferences, title: say('title'), look: 'plain', assets, body });
};

const option = ({ actor, organisation }: Helper, lang: Language): Html =>
  html`<option value="${JSON.stringify(actor)}">${roles[actor.role](organisation)[lang]}</option>`;
