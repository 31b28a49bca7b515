import { switches } from '../controls/links.ts';
import { rememberBox, remembered } from '../controls/remember.ts';
import { sentCodeScreen } from '../controls/sent-code.ts';
import type { View } from '../view/host.ts';

/** The user enters the code that was sent to their phone. */
export const sms: View<'sms'> = (step, host) =>
  sentCodeScreen(host, step, {
    heading: 'sms.heading',
    primary: host.flow?.kind === 'login' ? 'log-in' : 'continue',
    above: rememberBox(host, step.remember),
    inputOf: (code) => ({ step: 'sms', code, ...remembered(host) }),
    links: switches(host, 'sms', step.methods),
  });
