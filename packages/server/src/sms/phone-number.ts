import { type CountryCode, isSupportedCountry, parsePhoneNumberWithError } from 'libphonenumber-js/max';
import type { SmsPolicy } from '../organisations/schema.ts';

/** A mobile phone number. */
export interface MobileNumber {
  /** The number in E.164 form: '+31612345678'. */
  e164: string;
  /** The country whose numbering plan has the number (ISO 3166-1 alpha-2). */
  country: string;
  /** The number without its last four digits: the block of numbers that one operator usually has, for sending limits. */
  prefix: string;
}

/** The digits of a number within its block. */
const BLOCK_DIGITS = 4;

/** Numbers of some countries have no prefix of their own for mobile phones. */
const MOBILE_TYPES: readonly (string | undefined)[] = ['MOBILE', 'FIXED_LINE_OR_MOBILE'];

/**
 * Parses a phone number as typed, in the format of a country or in international format. Returns undefined when it is not a
 * number at which a mobile phone can be reached: wrong length, a landline, a premium or satellite number, an extension.
 */
export function parseMobileNumber(text: string, country: string): MobileNumber | undefined {
  if (!isSupportedCountry(country)) return undefined;
  const number = parsed(text, country);
  if (!number?.isValid() || number.ext !== undefined || number.country === undefined) return undefined;
  if (!MOBILE_TYPES.includes(number.getType())) return undefined;
  return { e164: number.number, country: number.country, prefix: number.number.slice(0, -BLOCK_DIGITS) };
}

function parsed(text: string, country: CountryCode) {
  try {
    // Without `extract`, a text that contains a number beside other words is refused.
    return parsePhoneNumberWithError(text, { defaultCountry: country, extract: false });
  } catch {
    return undefined;
  }
}

/** Parses a phone number that an organisation sends codes to: one of the countries in its list (R24). */
export function parseAllowedNumber(
  text: string,
  sms: Pick<SmsPolicy, 'country' | 'countries'>,
): MobileNumber | undefined {
  const number = parseMobileNumber(text, sms.country);
  return number && sms.countries.includes(number.country) ? number : undefined;
}

/** The number of last digits that a masked number shows. */
const SHOWN_DIGITS = 2;

/** Masks a number in E.164 form: '+31 • •• •• •• 78'. It shows the country and the last two digits (R25). */
export function maskNumber(e164: string): string {
  const number = parsed(e164, 'NL');
  const code = number?.countryCallingCode ?? '';
  const hidden = e164.length - 1 - code.length - SHOWN_DIGITS;
  const dots = '•'.repeat(Math.max(0, hidden));
  const groups = dots.match(/.{1,2}(?=(?:..)*$)/g) ?? [];
  return [`+${code}`, ...groups, e164.slice(-SHOWN_DIGITS)].join(' ');
}
