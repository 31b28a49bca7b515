import type { Language } from '@tweestap/protocol';

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', nl: 'nl-NL' };

/**
 * Formats a moment (ms since the epoch) in words: 'Tuesday 30 June at 14:05', 'dinsdag 30 juni om 14:05'. In UTC, the name
 * of the time zone is added, because it is not the user's local time.
 */
export function sayMoment(ms: number, language: Language, timeZone: string): string {
  return new Intl.DateTimeFormat(locales[language], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    ...(timeZone === 'UTC' ? { timeZoneName: 'short' } : {}),
  })
    .format(ms)
    .replace(',', '');
}
