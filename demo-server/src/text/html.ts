/** Markup that is safe to send. Only `html` and `rendered` create it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Piece = Html | string | number | false | undefined | readonly Piece[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

const render = (piece: Piece): string => {
  if (piece === false || piece === undefined) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'string' || typeof piece === 'number') return escapeText(String(piece));
  return piece.map(render).join('');
};

/** A template that escapes its values, in content and in quoted attributes. It inserts `Html` values unchanged. */
export function html(strings: TemplateStringsArray, ...values: Piece[]): Html {
  return new Html(strings.reduce((text, string, index) => text + render(values[index - 1]) + string, ''));
}

/** Markup that another renderer has made and escaped. */
export const rendered = (markup: string): Html => new Html(markup);
