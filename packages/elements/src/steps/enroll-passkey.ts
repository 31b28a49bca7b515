import { notNow } from '../controls/links.ts';
import type { View } from '../view/host.ts';

/** The user creates a passkey. */
export const enrollPasskey: View<'enroll-passkey'> = (_step, host) => ({
  name: 'enroll-passkey',
  heading: host.text('set-up.passkey'),
  links: notNow(host),
});
