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
