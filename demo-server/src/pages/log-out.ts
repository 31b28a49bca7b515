import { createClient } from '@tweestap/client';

/** Makes every button with `data-log-out` end the session and go to the address in that attribute. */
export function startLogOut(): void {
  const client = createClient({ api: '/mfa/v1' });
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-log-out]')) {
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        const forget = document.querySelector<HTMLInputElement>('[data-forget-device]');
        await client.logOut({ forgetDevice: forget?.checked });
        location.assign(button.dataset.logOut ?? '/');
      } catch {
        // The user is still logged in and can press the button again.
        button.disabled = false;
      }
    });
  }
}
