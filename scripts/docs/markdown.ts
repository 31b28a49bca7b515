/** Returns a text as the content of a cell of a table: on one line, with its bars escaped. */
const cell = (text: string): string =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .trim();

/** Returns a table. A column that is empty in all rows is left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isUsed = head.map((_name, column) => rows.some((row) => row[column] !== ''));
  const line = (cells: readonly string[]): string => `| ${cells.filter((_cell, at) => isUsed[at]).join(' | ')} |`;
  return [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))].map(line).join('\n');
}

/** Returns a text as code, or nothing for an empty text. */
export const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

/** A default value, and the description without the sentence that names it. */
export interface Described {
  readonly fallback: string;
  readonly about: string;
}

/** Splits off the sentence 'Default: …' or 'Default …' of a description. */
export function described(text: string): Described {
  const found = /(?:^|\s)Default:? ((?:[^.]|\.(?!\s|$))+)\.(?=\s|$)/.exec(text);
  if (!found) return { fallback: '', about: text };
  const about = text.replace(found[0], '').trim();
  return { fallback: found[1] ?? '', about: about.charAt(0).toUpperCase() + about.slice(1) };
}

/** Returns a page with its title, and the note that it is generated. */
export const page = (title: string, ...blocks: readonly string[]): string =>
  `${[`# ${title}`, '<!-- Written by scripts/docs/reference.ts from the code. Change the code instead. -->', ...blocks].join('\n\n')}\n`;
