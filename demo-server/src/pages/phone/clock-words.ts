const texts = {
  nl: {
    right: 'Gelijk met deze computer',
    ahead: 'voor',
    behind: 'achter',
    minute: 'minuut',
    minutes: 'minuten',
    hour: 'uur',
    hours: 'uur',
    and: 'en',
  },
  en: {
    right: 'The same as this computer’s',
    ahead: 'ahead',
    behind: 'behind',
    minute: 'minute',
    minutes: 'minutes',
    hour: 'hour',
    hours: 'hours',
    and: 'and',
  },
};

/** How wrong a clock is, in words: '1 hour and 4 minutes behind'. */
export function clockWords(offset: number, lang: string): string {
  const say = lang === 'nl' ? texts.nl : texts.en;
  const minutes = Math.round(Math.abs(offset) / 60_000);
  if (minutes === 0) return say.right;
  const parts = [
    [Math.floor(minutes / 60), say.hour, say.hours],
    [minutes % 60, say.minute, say.minutes],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
  return `${told.join(` ${say.and} `)} ${offset > 0 ? say.ahead : say.behind}`;
}
