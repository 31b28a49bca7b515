import { html, type TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';

/** The way to a new password, in this very element. */
export const forgot = (host: Host): TemplateResult =>
  html`<button part="link" type="button" @click=${() => host.restart({ kind: 'recover' })}>${host.text('forgot')}</button>`;
