import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';

/** The link to an organisation's own instruction; addresses of the web alone. */
export const ownLink = (host: Host, url: string | undefined): TemplateResult | typeof nothing =>
  url && /^https?:/i.test(url)
    ? html`<a part="link" href=${url} target="_blank" rel="noopener noreferrer">${host.text('more')}</a>`
    : nothing;
