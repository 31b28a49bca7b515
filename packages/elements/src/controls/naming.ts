import { html, nothing, type TemplateResult } from 'lit';
import type { Key } from '../locales/messages.ts';
import { errorLine } from '../view/frame.ts';
import type { Host } from '../view/host.ts';

/** The server's limit for names, in UTF-16 units. A longer name is reported and never cut off. */
export const MAX_NAME_LENGTH = 60;

/** The optional name of a new factor. */
export const naming = (host: Host, words: Key, label: Key): TemplateResult => {
  const wrong = host.wrong === 'name';
  return html`<details part="naming" ?open=${wrong}>
    <summary>${host.text(words)}</summary>
    <label for="name">${host.text(label)}</label>
    <input part=${wrong ? 'name invalid' : 'name'} id="name" type="text" autocomplete="off" aria-invalid=${wrong} />
    ${wrong ? errorLine() : nothing}
  </details>`;
};

/** Returns the typed name, as a part of the input. Empty if there is none. If it is too long, reports that and returns undefined. */
export const typedName = (host: Host): { name?: string } | undefined => {
  const name = host.element.shadowRoot?.querySelector<HTMLInputElement>('#name')?.value.trim() ?? '';
  if (name.length > MAX_NAME_LENGTH) return host.complain('name', host.text('too-long', { count: MAX_NAME_LENGTH }));
  return name ? { name } : {};
};
