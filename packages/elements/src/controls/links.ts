import type { Input, Method } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { Key } from '../locales/messages.ts';
import type { Host } from '../view/host.ts';

/** The button 'Not now', if the enrolment can be deferred. */
export const notNow = (host: Host, words: Key = 'not-now'): TemplateResult | typeof nothing => {
  const step = host.flow?.step;
  const actions: readonly string[] = step?.actions ?? [];
  if (!actions.includes('later')) return nothing;
  const defer = () => host.send({ step: step?.type, action: 'later' } as Input);
  return html`<button part="link" type="button" @click=${defer}>${host.text(words)}</button>`;
};

/** A link to an organisation's own instructions. Nothing if the address is not http or https. */
export const ownLink = (host: Host, url: string | undefined): TemplateResult | typeof nothing =>
  url && /^https?:/i.test(url)
    ? html`<a part="link" href=${url} target="_blank" rel="noopener noreferrer">${host.text('more')}</a>`
    : nothing;

/** Buttons for the other methods that the user can use instead. Several are behind one link, which each step shows closed. */
export const switches = (
  host: Host,
  step: Method,
  methods: readonly { method: Method }[],
): TemplateResult | TemplateResult[] => {
  const links = methods
    .filter(({ method }) => method !== step)
    .map(
      ({ method }) => html`<button
        part="link" type="button" @click=${() => host.send({ step, action: 'switch', method } as Input)}
      >${host.text(`switch.${method}`)}</button>`,
    );
  if (links.length < 2) return links;
  const words = host.text(host.flow?.kind === 'login' ? 'other-ways.log-in' : 'other-ways.confirm');
  return html`<details part="other-ways"><summary part="link">${words}</summary>${links}</details>`;
};
