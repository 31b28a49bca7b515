import type { Input, Method } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { Key } from '../locales/messages.ts';
import type { Host } from '../view/host.ts';

/** The arrow of the button 'Back'. */
export const backArrow: TemplateResult = html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M9.5 3.5 5 8l4.5 4.5" /></svg>`;

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

/** A method that the user can use, with the masked destination of its codes if it has one. */
interface Way {
  method: Method;
  to?: string | undefined;
}

/** The last two digits of a masked phone number, which are enough to recognise one's own. An email address stays as it is. */
const shortened = (to: string): string => (to.includes('@') ? to : `••••\u00a0${to.slice(-2)}`);

/** Texts of the methods whose codes are sent to a phone number or an email address. */
const sentKeys = {
  sms: { method: 'method.sms-to', switch: 'switch.sms-to' },
  email: { method: 'method.email-to', switch: 'switch.email-to' },
} as const;

/** The name of a method, or the text of the button that switches to it. */
export const wayText = (host: Host, prefix: 'method' | 'switch', { method, to }: Way): string => {
  const sent = method === 'sms' || method === 'email' ? sentKeys[method] : undefined;
  if (to && sent) return host.text(sent[prefix], { to: shortened(to) });
  return prefix === 'method' ? host.text(`method.${method}`) : host.text(`switch.${method}`);
};

/** Buttons for the other methods that the user can use instead. Several are behind one link, which each step shows closed. */
export const switches = (host: Host, step: Method, methods: readonly Way[]): TemplateResult | TemplateResult[] => {
  const links = methods
    .filter(({ method }) => method !== step)
    .map(
      (way) => html`<button
        part="link" type="button" @click=${() => host.send({ step, action: 'switch', method: way.method } as Input)}
      >${wayText(host, 'switch', way)}</button>`,
    );
  if (links.length < 2) return links;
  const words = host.text(host.flow?.kind === 'login' ? 'other-ways.log-in' : 'other-ways.confirm');
  return html`<details part="other-ways"><summary part="link">${words}</summary>${links}</details>`;
};
