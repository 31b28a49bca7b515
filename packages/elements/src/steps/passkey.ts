import { switches } from '../controls/links.ts';
import type { View } from '../view/host.ts';

/** The user proves a passkey. */
export const passkey: View<'passkey'> = (step, host) => ({
  name: 'passkey',
  heading: host.text('switch.passkey'),
  links: switches(host, 'totp' as never, step.methods),
});
