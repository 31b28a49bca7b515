import type { Duration } from '@tweestap/protocol';

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;
type Unit = (typeof units)[number][0] | 'second';

/** The largest unit that says it well, rounded up: 100 seconds are two minutes, but 90 minutes are not two hours. */
const rounded = (seconds: number): [number, Unit] => {
  const fits = (size: number) => seconds >= size && (size === 60 || seconds >= 2 * size || seconds % size === 0);
  const [unit, size] = units.find(([, size]) => fits(size)) ?? ['second', 1];
  return [Math.max(1, Math.ceil(seconds / size)), unit];
};

/** 'in 4 minutes', as the language says it. */
export const inTime = (language: string, seconds: number): string =>
  new Intl.RelativeTimeFormat(language).format(...rounded(seconds));

/** '4 minutes', as the language says it. */
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

/** English is written as in Europe: the day before the month. */
const written = (language: string): string => (language === 'en' ? 'en-GB' : language);

/** 'Tuesday 30 June': a day of the calendar, `YYYY-MM-DD`, wherever the person is. */
export const day = (language: string, calendar: string): string =>
  new Intl.DateTimeFormat(written(language), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  }).format(Date.parse(calendar));

/** '30 June 2026': the day of a moment (ms since the epoch), where the person is. */
export const date = (language: string, moment: number): string =>
  new Intl.DateTimeFormat(written(language), { dateStyle: 'long' }).format(moment);

/** A moment as people say it, in their own time zone: 'today at 14:03', 'Tuesday 3 June 2025 at 09:12'. */
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

/** Its day alone: 'yesterday', 'Tuesday 3 June'. */
export const calendarDay = (language: string, instant: string, now: number): string =>
  dayOf(language === 'en' ? 'en-GB' : language, new Date(instant), new Date(now));

const dayOf = (locale: string, at: Date, now: Date): string => {
  const away = dayNumber(at) - dayNumber(now);
  if (Math.abs(away) <= 1) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(away, 'day');
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
  return new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(at);
};

/** Days of the person's own calendar, counted from any one of them. */
const dayNumber = (at: Date): number => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000;
