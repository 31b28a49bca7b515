import { switches } from '../controls/links.ts';
import type { View } from '../view/host.ts';

/** The user approves the login on a linked phone. */
export const push: View<'push'> = (step, host) => ({
  name: 'push',
  heading: host.text('switch.push'),
  links: switches(host, 'totp' as never, step.methods),
});
