import { html, type TemplateResult } from 'lit';
import type { Key } from '../locales/messages.ts';
import type { Host } from '../view/host.ts';

/** The server's limit for names, in characters. */
const MAX_NAME_LENGTH = 60;

/** The optional name of a new factor. */
export const naming = (host: Host, words: Key, label: Key): TemplateResult => html`<details part="naming">
  <summary>${host.text(words)}</summary>
  <label for="name">${host.text(label)}</label>
  <input part="name" id="name" type="text" maxlength=${MAX_NAME_LENGTH} autocomplete="off" />
</details>`;

/** Returns the typed name, as a part of the input. Empty if there is none. */
export const typedName = (host: Host): { name?: string } => {
  const name = host.element.shadowRoot?.querySelector<HTMLInputElement>('#name')?.value.trim();
  return name ? { name } : {};
};
