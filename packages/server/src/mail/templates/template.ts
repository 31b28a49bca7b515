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
