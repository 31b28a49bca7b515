const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns a cached format: creating one is slow, and there are at most a few hundred time zones. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-u-ca-iso8601', { timeZone, ...parts });
    formats.set(timeZone, format);
  }
  return format;
}

/** Returns whether a name is a time zone of the IANA database, such as `Europe/Amsterdam`. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Returns the date in a time zone at a moment (ms since the epoch), as `YYYY-MM-DD`. */
export function localDate(moment: number, timeZone: string): string {
  const parts = formatOf(timeZone).formatToParts(moment);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/** Returns the number of days from one date to another, both `YYYY-MM-DD`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

const DAY = 24 * 3_600_000;
/** No time zone differs from UTC by more than this. In ms. */
const MAX_OFFSET = DAY;

/**
 * Returns the first moment (ms since the epoch) at which a day has ended in a time zone. The search uses `localDate`, which
 * also decides whether a day has ended, so the two agree on days with summer time changes and skipped midnights.
 */
export function endOfDay(date: string, timeZone: string): number {
  let before = Date.parse(date) - MAX_OFFSET;
  let after = Date.parse(date) + DAY + MAX_OFFSET;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localDate(middle, timeZone) > date) after = middle;
    else before = middle;
  }
  return after;
}
