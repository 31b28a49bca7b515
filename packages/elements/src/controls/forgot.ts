import { html, type TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';
import { go } from '../flow/go.ts';

/** The way to a new password, in this very element. */
export const forgot = (host: Host): TemplateResult =>
  html`<button part="link" type="button" @click=${() => go(host, 'recover')}>${host.text('forgot')}</button>`;
