import { createClient } from '@tweestap/client';

/** Buttons marked `data-sign-out` end the session and go to the address that they name. */
export function startSignOut(): void {
  const client = createClient({ api: '/mfa/v1' });
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-sign-out]')) {
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        const forget = document.querySelector<HTMLInputElement>('[data-forget-device]');
        await client.signOut({ forgetDevice: forget?.checked });
        location.assign(button.dataset.signOut ?? '/');
      } catch {
        // Still signed in: the button comes back, and can be pressed again.
        button.disabled = false;
      }
    });
  }
}
