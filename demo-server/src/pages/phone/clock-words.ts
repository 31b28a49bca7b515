const texts = {
  nl: { right: 'Gelijk met deze computer', ahead: 'voor', behind: 'achter' },
  en: { right: 'Same time as this computer', ahead: 'ahead', behind: 'behind' },
};

/** The offset of a clock (ms) in words, for example '1 hour and 4 minutes behind'. */
export function clockWords(offset: number, lang: string): string {
  const say = lang === 'nl' ? texts.nl : texts.en;
  const minutes = Math.round(Math.abs(offset) / 60_000);
  if (minutes === 0) return say.right;
  const amounts = [
    { unit: 'hour', count: Math.floor(minutes / 60) },
    { unit: 'minute', count: minutes % 60 },
  ] as const;
  const parts = amounts
    .filter(({ count }) => count > 0)
    .map(({ unit, count }) => new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' }).format(count));
  return `${new Intl.ListFormat(lang).format(parts)} ${offset > 0 ? say.ahead : say.behind}`;
}
