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
