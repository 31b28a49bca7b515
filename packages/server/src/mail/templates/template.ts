import type { Language, Method } from '@tweestap/protocol';

/**
 * The values that a template may put into its sentences. Each is plain text on one line, whatever the name of a user or
 * an organisation contains (R78). A template makes no markup; only `render.ts` does.
 */
export interface MailFacts {
  /** The organisation's name. */
  organisation: string;
  /** The user's login name; for a registration, the email address. */
  username: string;
  /** When it happened, in words: 'Tuesday 30 June at 14:05'. */
  at: string;
  /** When the link expires, in the same form; empty if there is no link. */
  until: string;
  /** The host of the page on which a code is entered. */
  host: string;
  /** The address of the settings page. */
  settings: string;
  /** The name of the device or authenticator concerned; empty if there is none. */
  device: string;
  /** The method of the factor concerned; undefined if there is none. */
  method: Method | undefined;
  /** The masked phone number concerned; empty if there is none. */
  to: string;
  /** The number of recovery codes that are left. */
  left: number;
}

/** One email in one language, without the greeting, help and footer, which are the same in every email. */
export interface MailContent {
  /** The subject, which contains the organisation's name. */
  subject: string;
  /** The paragraphs. */
  text: readonly string[];
  /** The label of the button that holds the row's link. Only for templates that are sent with a link. */
  button?: string;
  /** Whether the row's code is shown below the text. Only for templates that are sent with a code. */
  hasCode?: true;
  /** Whether the row's link is shown as a QR code too, for users who read the email on another device. */
  hasQrCode?: true;
  /** The paragraphs that say what to do if the user did not cause the event (R82). Every email has them. */
  notMe: readonly string[];
}

/** The template of one kind of email, in each language. */
export type MailTemplate = Readonly<Record<Language, (facts: MailFacts) => MailContent>>;

/** The advice for a change that the user did not make (R82). The organisation's `help` follows it in every email. */
export const changedByAnother: Readonly<Record<Language, (facts: MailFacts) => string[]>> = {
  en: ({ settings }) => [
    'Was this not you? Then someone else may know your password.',
    `Choose a new password now, and log out all other devices: ${settings}`,
    'Also contact the help desk.',
  ],
  nl: ({ settings }) => [
    'Was jij dit niet? Dan kent iemand anders misschien je wachtwoord.',
    `Kies nu een nieuw wachtwoord en log alle andere apparaten uit: ${settings}`,
    'Neem ook contact op met de helpdesk.',
  ],
};

/** The advice for an email that was requested by entering a name or an address, before anything has changed. */
export const askedByAnother: Readonly<Record<Language, string[]>> = {
  en: [
    'If you did not ask for this, someone else entered your username or email address. Nothing has changed, and you do not need to do anything.',
    'If this keeps happening, contact the help desk.',
  ],
  nl: [
    'Heb je hier niet om gevraagd? Dan heeft iemand anders je gebruikersnaam of e-mailadres ingevuld. Er is niets veranderd en je hoeft niets te doen.',
    'Blijft dit gebeuren, neem dan contact op met de helpdesk.',
  ],
};
