import { createClient } from '@tweestap/client';
import type { MfaLogin } from '@tweestap/elements/mfa-login.js';

/**
 * Before a page that needs a fresh second factor: the same widget, given a client of the page's own that begins a
 * step-up instead of a login. It is seen once its step has come.
 */
export function startStepUp(): void {
  const widget = document.querySelector<MfaLogin>('mfa-login[data-step-up]');
  if (!widget) return;
  const client = createClient({ api: '/mfa/v1', language: () => document.documentElement.lang });
  const begin = () => client.start('step-up', { returnTo: location.href });
  widget.client = {
    start: begin,
    resume: () =>
      begin().catch((error) => {
        // The session has ended meanwhile: the server knows where to go.
        location.reload();
        throw error;
      }),
    organisations: client.organisations,
  };
  widget.resume = true;
  widget.addEventListener('mfa-step', (event) => show(widget, (event as CustomEvent<{ type: string }>).detail.type), {
    once: true,
  });
  widget.removeAttribute('defer-hydration');
}

/** Where the password is all that can be asked, there is no second factor to show, and it would not do here. */
function show(widget: MfaLogin, step: string): void {
  if (step === 'confirm-password') document.querySelector('[data-step-up-impossible]')?.removeAttribute('hidden');
  else widget.removeAttribute('hidden');
}
