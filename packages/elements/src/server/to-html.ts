import { nothing, type TemplateResult } from 'lit';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes a text for the content of an element and for an attribute in quotes. */
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

/** The attributes in HTML, each after a space. An attribute with the value null or undefined is left out. */
export const attributesHtml = (attributes: Readonly<Record<string, string | null | undefined>>): string =>
  Object.entries(attributes)
    .filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== undefined)
    .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    .join('');

/** The end of the text before the value of an attribute without quotes, with Lit's sign for its kind. */
const binding = /\s([.?@]?)([\w-]+)=$/;

const isInTag = (html: string): boolean => html.lastIndexOf('<') > html.lastIndexOf('>');

/** Returns an attribute as the browser has it after Lit has set it. Listeners are left out, and a property is its attribute. */
const attribute = (kind: string, name: string, value: unknown): string => {
  if (kind === '@' || value === nothing) return '';
  if (kind === '?') return value ? ` ${name}=""` : '';
  return attributesHtml({ [name]: String(value ?? '') });
};

const content = (value: unknown): string => {
  if (value === nothing || value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(content).join('');
  return typeof value === 'object' ? toHtml(value as TemplateResult) : escapeHtml(String(value));
};

/**
 * Renders a template of this package as HTML. It knows the bindings that the views use: text, nested templates, lists, and
 * attributes that are one value or a text in quotes.
 * @throws TypeError at a directive, which no view of a first screen uses
 */
export const toHtml = ({ strings, values }: TemplateResult): string => {
  if (!strings) throw new TypeError('a directive can’t be rendered on a server');
  let html = strings[0] ?? '';
  values.forEach((value, at) => {
    const [text = '', kind = '', name = ''] = (isInTag(html) && binding.exec(html)) || [];
    if (text) html = html.slice(0, -text.length) + attribute(kind, name, value);
    else html += content(value);
    html += strings[at + 1] ?? '';
  });
  return html;
};
