import { html } from 'lit';
import { notNow } from '../controls/links.ts';
import { sentCodeScreen } from '../controls/sent-code.ts';
import type { View } from '../view/host.ts';

/** The user enters the code that was sent to the new phone number. */
export const enrollSms: View<'enroll-sms'> = (step, host) => {
  const change = () => host.send({ step: 'enroll-sms', action: 'change-number' });
  return sentCodeScreen(host, step, {
    heading: 'sms.heading',
    primary: 'enroll-totp.submit',
    inputOf: (code) => ({ step: 'enroll-sms', code }),
    links: [
      html`<button part="link" type="button" @click=${change}>${host.text('enroll-sms.change')}</button>`,
      notNow(host),
    ],
  });
};
