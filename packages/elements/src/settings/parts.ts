import type { Client, FlowClient } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { moment } from '../controls/times.ts';
import type { Key, Values } from '../locales/messages.ts';
import type { SettingsKey } from '../locales/settings/catalogues.ts';
import type { FlowHost } from '../view/host.ts';

/** A section of the settings, with its heading. */
export const section = (title: unknown, content: unknown): TemplateResult => html`
  <section part="section">
    <div part="title"><h3>${title}</h3></div>
    ${content}
  </section>
`;

/** A button with a box. It does nothing while a request is running. */
export const button = (host: SettingsHost, words: string, press: () => void, id?: string): TemplateResult => {
  const busy = host.state.name === 'busy';
  return html`<button part="button secondary" type="button" id=${id ?? nothing} aria-disabled=${busy} @click=${() => busy || press()}>
    ${words}
  </button>`;
};

/** A small button in a row. Its accessible name includes the name of the row. */
export const rowButton = (
  host: SettingsHost,
  { words, name, id, press }: { words: string; name: string; id?: string; press: () => void },
): TemplateResult => {
  const busy = host.state.name === 'busy';
  return html`<button part="link" type="button" id=${id ?? nothing} aria-label=${name} aria-disabled=${busy} @click=${() => busy || press()}>
    ${words}
  </button>`;
};

/** Formats a time (RFC 3339) in the user's time zone: 'today at 14:03'. */
export const when = (host: SettingsHost, instant: string): string =>
  moment(host.language, instant, Date.now(), ({ day, time }) => host.text('time.at', { day, time }));

/** A warning with an icon. */
export const warning = (words: string): TemplateResult => html`<p part="warning">
  <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1.2 15.2 14H.8zM8 6v4m0 1.4v1.2" /></svg>
  <span>${words}</span>
</p>`;

/** The client that the settings need: it has the account in addition to the flows. */
export type SettingsClient = FlowClient & Pick<Client, 'account'>;

/** The element as the settings see it. Its texts include those of the settings. */
export interface SettingsHost extends FlowHost {
  /** Returns a text of the catalogue, with its `{places}` filled in. */
  text(key: Key | SettingsKey, values?: Values): string;
}
