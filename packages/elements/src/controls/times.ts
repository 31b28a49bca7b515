const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** The largest unit that says it well: 100 seconds are two minutes, 40 are seconds. */
const rounded = (seconds: number): [number, (typeof units)[number][0]] => {
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? units[3];
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
