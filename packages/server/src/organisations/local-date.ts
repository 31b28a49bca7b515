const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format is slow, and there are a few hundred zones at most. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-u-ca-iso8601', { timeZone, ...parts });
    formats.set(timeZone, format);
  }
  return format;
}

/** Whether this is a zone of the IANA database, like `Europe/Amsterdam`. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The day that the calendars of a zone show at a moment (ms since the epoch), as `YYYY-MM-DD`. */
export function localDate(moment: number, timeZone: string): string {
  const parts = formatOf(timeZone).formatToParts(moment);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/** Days from one date to another, both `YYYY-MM-DD`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

const DAY = 24 * 3_600_000;
/** No zone is further from UTC than this. */
const FURTHEST = DAY;

/**
 * The first moment (ms since the epoch) at which a day is over in a zone: found by the same question that decides, so
 * that summer time, and midnights that a zone leaves out, can't make the two differ.
 */
export function endOfDay(date: string, timeZone: string): number {
  let before = Date.parse(date) - FURTHEST;
  let after = Date.parse(date) + DAY + FURTHEST;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localDate(middle, timeZone) > date) after = middle;
    else before = middle;
  }
  return after;
}
