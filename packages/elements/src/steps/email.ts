import { switches } from '../controls/links.ts';
import { sentCodeScreen } from '../controls/sent-code.ts';
import type { View } from '../view/host.ts';

/** The user enters the code that was sent to their email address. */
export const email: View<'email'> = (step, host) =>
  sentCodeScreen(host, step, {
    heading: 'email.heading',
    primary: 'log-in',
    inputOf: (code) => ({ step: 'email', code }),
    links: switches(host, 'email', step.methods),
  });
