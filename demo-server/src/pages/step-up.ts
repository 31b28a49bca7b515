import { createClient } from '@tweestap/client';
import type { MfaLogin } from '@tweestap/elements/mfa-login.js';

/**
 * Before a page that needs a fresh second factor: the same widget, given a client of the page's own that begins a
 * step-up instead of a login. It is seen once its step has come.
 */
export function startStepUp(): void {
  const widget = document.querySelector<MfaLogin>('mfa-login[data-step-up]');
  if (!widget) return;
  const client = createClient({ api: '/mfa/v1' });
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
  widget.addEventListener('mfa-step', () => widget.removeAttribute('hidden'), { once: true });
  widget.removeAttribute('defer-hydration');
}
