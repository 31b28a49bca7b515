import { createClient } from '@tweestap/client';
import type { MfaLogin } from '@tweestap/elements/mfa-login.js';

/**
 * Starts the widget on a page that requires a fresh second factor. The widget gets a client that starts a step-up instead of
 * a login. It stays hidden until its first step arrives.
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
        // The session has ended. The server redirects the reloaded page to the login.
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

/** Shows the widget. A user without a second factor sees an explanation instead: the password is not enough here. */
function show(widget: MfaLogin, step: string): void {
  if (step === 'confirm-password') document.querySelector('[data-step-up-impossible]')?.removeAttribute('hidden');
  else widget.removeAttribute('hidden');
}
