import type { en } from './en.ts';
import type { first } from './first.ts';

/** Every text of every element; `{places}` in a text are filled in. */
export type Messages = (typeof first)['en'] & typeof en;
export type Key = keyof Messages;
export type Language = keyof typeof first;
export type Values = Readonly<Record<string, string | number>>;

/** Fills the `{places}` of a text; a place without a value stays as it is. */
export const fill = (text: string, values: Values = {}): string =>
  text.replace(/\{([a-z]+)\}/g, (place, name: string) => String(values[name] ?? place));
