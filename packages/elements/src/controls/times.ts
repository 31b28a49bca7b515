import type { Duration } from '@tweestap/protocol';

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;
type Unit = (typeof units)[number][0] | 'second';

/** Returns a time in the largest suitable unit, rounded up: 100 seconds become two minutes, but 90 minutes stay minutes. */
const rounded = (seconds: number): [number, Unit] => {
  const fits = (size: number) => seconds >= size && (size === 60 || seconds >= 2 * size || seconds % size === 0);
  const [unit, size] = units.find(([, size]) => fits(size)) ?? ['second', 1];
  return [Math.max(1, Math.ceil(seconds / size)), unit];
};

/** Formats a time from now, given in seconds: 'in 4 minutes'. */
export const inTime = (language: string, seconds: number): string =>
  new Intl.RelativeTimeFormat(language).format(...rounded(seconds));

/** Formats a duration, given in seconds: '4 minutes'. */
export const duration = (language: string, seconds: number): string => {
  const [count, unit] = rounded(Math.round(seconds));
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
};

const rememberUnits = { h: 'hour', d: 'day', w: 'week' } as const;

/** How long a device is remembered, in the words of the language: '12 hours', '1 week'. */
export const rememberTime = (language: string, duration: Exclude<Duration, 'never'>): string => {
  const unit = rememberUnits[duration.at(-1) as keyof typeof rememberUnits];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Number.parseInt(duration, 10),
  );
};

/** Returns the locale for dates. English dates are in the British order, with the day before the month. */
const written = (language: string): string => (language === 'en' ? 'en-GB' : language);

/** Formats a calendar day (`YYYY-MM-DD`), regardless of the time zone: 'Tuesday 30 June'. */
export const day = (language: string, calendar: string): string =>
  new Intl.DateTimeFormat(written(language), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  }).format(Date.parse(calendar));

/** Formats the day of a time (ms since the epoch) in the user's time zone: '30 June 2026'. */
export const date = (language: string, moment: number): string =>
  new Intl.DateTimeFormat(written(language), { dateStyle: 'long' }).format(moment);

/** Formats a time (RFC 3339) in the user's time zone: 'today at 14:03', 'Tuesday 3 June 2025 at 09:12'. */
export const moment = (
  language: string,
  instant: string,
  now: number,
  say: (words: { day: string; time: string }) => string,
): string => {
  const locale = language === 'en' ? 'en-GB' : language;
  const at = new Date(instant);
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(at);
  return say({ day: dayOf(locale, at, new Date(now)), time });
};

/** Formats the day of a time (RFC 3339) in the user's time zone: 'yesterday', 'Tuesday 3 June'. */
export const calendarDay = (language: string, instant: string, now: number): string =>
  dayOf(language === 'en' ? 'en-GB' : language, new Date(instant), new Date(now));

const dayOf = (locale: string, at: Date, now: Date): string => {
  const away = dayNumber(at) - dayNumber(now);
  if (Math.abs(away) <= 1) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(away, 'day');
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
  return new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(at);
};

/** Returns the number of a day in the user's time zone, for the difference between two days. */
const dayNumber = (at: Date): number => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000;
