import { html, nothing } from 'lit';
import { clockCoach } from '../controls/clock-coach.ts';
import { codeInput } from '../controls/code-input.ts';
import { copyButton } from '../controls/copy.ts';
import { Qr } from '../controls/qr.ts';
import { frame } from '../element/frame.ts';
import type { View } from './view.ts';

/** RFC 6238 as all apps know it: six digits, 30 seconds. */
const digits = 6;
const period = 30;

const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/** Linking an authenticator app: the picture, the key for who can't scan, the first code. */
export const enrollTotp: View<'enroll-totp'> = (step, host) => {
  const waiting = host.wrong === 'wait';
  return frame(host, {
    name: 'enroll-totp',
    heading: host.text('enroll-totp.heading'),
    description: host.text('enroll-totp.description'),
    fields: html`
      ${host.use(Qr).render(step.uri, host.text('enroll-totp.qr'))}
      <p part="description entry">${host.text('enroll-totp.entry')} <b>${step.issuer}</b> <span>${step.account}</span></p>
      <details part="secret">
        <summary>${host.text('enroll-totp.key')}</summary>
        <code translate="no">${grouped(step.secret)}</code>
        <div part="actions">
          ${copyButton(host, step.secret)}
          <a part="link" href=${step.uri.startsWith('otpauth:') ? step.uri : nothing}>${host.text('enroll-totp.open')}</a>
        </div>
      </details>
      ${codeInput(host, { digits, period, wrong: host.wrong !== undefined && !waiting, waiting })}
      ${clockCoach(host)}
    `,
    primary: host.text('enroll-totp.submit'),
    submit: ({ code }) => {
      if (code?.length !== digits) return host.complain('code', host.text('totp.missing', { digits }));
      return { step: 'enroll-totp', code };
    },
  });
};
