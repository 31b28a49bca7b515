import type { Input, Method } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { Key } from '../locales/messages.ts';
import type { Host } from '../view/host.ts';

/** 'Not now', on every step of a set-up for as long as it may be put off. */
export const notNow = (host: Host, words: Key = 'not-now'): TemplateResult | typeof nothing => {
  const step = host.flow?.step;
  const actions: readonly string[] = step?.actions ?? [];
  if (!actions.includes('later')) return nothing;
  const put = () => host.send({ step: step?.type, action: 'later' } as Input);
  return html`<button part="link" type="button" @click=${put}>${host.text(words)}</button>`;
};

/** The link to an organisation's own instruction; addresses of the web alone. */
export const ownLink = (host: Host, url: string | undefined): TemplateResult | typeof nothing =>
  url && /^https?:/i.test(url)
    ? html`<a part="link" href=${url} target="_blank" rel="noopener noreferrer">${host.text('more')}</a>`
    : nothing;

/** The other methods that one may go on with, as links. */
export const switches = (
  host: Host,
  step: 'totp' | 'recovery-code',
  methods: readonly { method: Method }[],
): TemplateResult[] =>
  methods
    .filter(({ method }) => method !== step)
    .map(
      ({ method }) => html`<button
        part="link" type="button" @click=${() => host.send({ step, action: 'switch', method })}
      >${host.text(`switch.${method}`)}</button>`,
    );
