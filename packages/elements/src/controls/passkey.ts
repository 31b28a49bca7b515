import type { StepOf } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../view/host.ts';

/** The button 'Log in with a passkey', if the organisation allows it and the browser has passkeys. */
export const passkeyButton = (host: Host, step: StepOf<'username'> | undefined): TemplateResult | undefined =>
  step?.passkey && host.hasPasskeys
    ? html`<button part=${host.asking ? 'button secondary busy' : 'button secondary'} type="button" @click=${() => host.passkey()}>
        ${host.text('username.passkey')}${host.asking ? html`<span part="progress"></span>` : nothing}
      </button>`
    : undefined;
