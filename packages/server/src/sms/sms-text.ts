import type { Language } from '@tweestap/protocol';
import { fitGsm, GSM_LENGTH, gsmLength, isGsm } from './gsm-alphabet.ts';

/** The values of a text message with a code. */
export interface SmsFacts {
  code: string;
  /** The host of the page on which the code is entered, without a port. */
  host: string;
  /** The name of the organisation. */
  portal: string;
  /** How long the code is valid, in whole minutes. */
  minutes: number;
  /** The address that opens the code on a phone that is being linked (W1). Only of such a code. */
  link?: string | undefined;
  language: Language;
}

const PLACE = '\u0000';

/** The sentences, with and without the name of the organisation. */
const words: Readonly<Record<Language, (code: string, name: string, minutes: number) => string>> = {
  en: (code, name, minutes) =>
    `${code} is your code${name && ` for ${name}`}. It is valid for ${duration('en', minutes)}. Never share it.`,
  nl: (code, name, minutes) =>
    `${code} is je code${name && ` voor ${name}`}. Hij is ${duration('nl', minutes)} geldig. Geef hem aan niemand.`,
};

/** The sentences about a code that links a phone: the user reads what the code does before passing it to anyone. */
const linking: typeof words = {
  en: (code, name, minutes) =>
    `${code} links your phone${name && ` to ${name}`}. It is valid for ${duration('en', minutes)}. Never share it.`,
  nl: (code, name, minutes) =>
    `${code} koppelt je telefoon${name && ` aan ${name}`}. Hij is ${duration('nl', minutes)} geldig. Geef hem aan niemand.`,
};

const duration = (language: Language, minutes: number): string =>
  new Intl.NumberFormat(language, { style: 'unit', unit: 'minute', unitDisplay: 'long' }).format(minutes);

/**
 * Makes the text of a message with a code. It fits into one text message of 160 characters where the host allows it: the name
 * of the organisation is shortened, and written in the alphabet of text messages. The last line is that of origin-bound
 * one-time codes (R26): browsers offer the code on the page of this host only.
 */
export function smsText({ code, host, portal, minutes, link, language }: SmsFacts): string {
  const lastLine = `@${host} #${code}`;
  const sentence = (link === undefined ? words : linking)[language];
  const opens = link === undefined ? '' : `\n${link}`;
  const withName = (name: string): string => `${sentence(code, name, minutes)}${opens}\n\n${lastLine}`;
  const fixed = withName(PLACE).replace(PLACE, '');
  const name = fitGsm(portal, GSM_LENGTH - gsmLength(fixed));
  const text = withName(name);
  // Without room for a useful part of the name, there is none. A name in another script is kept only as far as it fits.
  return isGsm(text) && gsmLength(text) <= GSM_LENGTH ? text : withName('');
}
