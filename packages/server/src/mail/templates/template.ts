import type { Language } from '@tweestap/protocol';

/**
 * What a template may put into its sentences. Everything here is plain text on one line, whatever a person or an
 * organisation is called (R78): no template makes markup, `render.ts` alone does.
 */
export interface MailFacts {
  /** The organisation's name. */
  organisation: string;
  /** What the person logs in with; of a registration, the address. */
  username: string;
  /** When it happened, as people say it: 'Tuesday 30 June at 14:05'. */
  at: string;
  /** Until when the link is good, in the same words; empty where there is no link. */
  until: string;
  /** The page on which people look after their account. */
  settings: string;
  /** The name of a device or an authenticator; empty where none is meant. */
  device: string;
  /** Recovery codes that are left. */
  left: number;
}

/** One mail in one language, without greeting, help and footer: those are the same in every mail. */
export interface Letter {
  subject: string;
  /** Paragraphs. */
  text: readonly string[];
  /** The words of the button that holds the row's link. Only for templates that are sent with one. */
  button?: string;
  /** What to do when it was somebody else (R82). Each mail has it. */
  notMe: readonly string[];
}

/** One file a template, in each language. */
export type MailTemplate = Readonly<Record<Language, (facts: MailFacts) => Letter>>;

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
