import type { Language } from '@tweestap/protocol';
import type { MailFacts } from './template.ts';

/** R82: the way on after a change that somebody else made. The help desk's own words follow in every mail. */
export const changedByAnother: Readonly<Record<Language, (facts: MailFacts) => string[]>> = {
  en: ({ settings }) => [
    'Was this not you? Then somebody else may have your password.',
    `Choose a new password now, and end the other sessions: ${settings}`,
    'And tell the help desk.',
  ],
  nl: ({ settings }) => [
    'Was jij dit niet? Dan heeft iemand anders misschien je wachtwoord.',
    `Kies nu een nieuw wachtwoord en beëindig de andere sessies: ${settings}`,
    'En laat het de helpdesk weten.',
  ],
};

/** For mail that somebody asked for by typing a name or an address: nothing has changed yet. */
export const askedByAnother: Readonly<Record<Language, string[]>> = {
  en: [
    'Did you not ask for this? Then somebody typed your name or your address. Nothing has changed, and you need do nothing.',
    'If it happens more than once, tell the help desk.',
  ],
  nl: [
    'Heb je dit niet gevraagd? Dan heeft iemand jouw naam of adres ingetypt. Er is niets veranderd en je hoeft niets te doen.',
    'Gebeurt het vaker, laat het dan de helpdesk weten.',
  ],
};
