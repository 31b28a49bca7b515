import { html, nothing, type TemplateResult } from 'lit';
import { moment } from '../controls/times.ts';
import type { ApproveKey } from '../locales/approve/catalogues.ts';
import type { Key, Values } from '../locales/messages.ts';
import type { FlowHost } from '../view/host.ts';

/** The element as the screens of the phone see it. Its texts include those of the phone. */
export interface ApproveHost extends FlowHost {
  /** Returns a text of the catalogue, with its `{places}` filled in. */
  text(key: Key | ApproveKey, values?: Values): string;
}

/** A button with a box. It does nothing while a request is running. */
export const button = (host: ApproveHost, words: string, press: () => void, id?: string): TemplateResult => {
  const busy = host.state.name === 'busy';
  return html`<button part="button secondary" type="button" id=${id ?? nothing} aria-disabled=${busy} @click=${() => busy || press()}>
    ${words}
  </button>`;
};

/** A button that looks like a link. `name` is its accessible name, with the account. */
export const linkButton = (
  host: ApproveHost,
  words: string,
  press: () => void,
  { id, name }: { id?: string; name?: string } = {},
): TemplateResult => {
  const busy = host.state.name === 'busy';
  return html`<button part="link" type="button" id=${id ?? nothing} aria-label=${name ?? nothing} aria-disabled=${busy} @click=${() => busy || press()}>
    ${words}
  </button>`;
};

/** A link to a page of the organisation. Nothing if the address is not http or https. */
export const pageLink = (words: string, url: string | undefined): TemplateResult | typeof nothing =>
  url && /^https?:/i.test(url)
    ? html`<a part="link" href=${url} target="_blank" rel="noopener noreferrer">${words}</a>`
    : nothing;

/** Formats a time (RFC 3339) in the user's time zone: 'today at 14:03'. */
export const when = (host: ApproveHost, instant: string): string =>
  moment(host.language, instant, Date.now(), ({ day, time }) => host.text('approve.at', { day, time }));

/** The id of an element that belongs to an account. */
export const idOf = (what: string, id: string): string => `${what}-${id}`;
