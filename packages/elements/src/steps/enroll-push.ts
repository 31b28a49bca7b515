import type { StepOf } from '@tweestap/client';
import { html, nothing } from 'lit';
import { Qr } from '../controls/apps.ts';
import { codeInput } from '../controls/code-input.ts';
import { notNow } from '../controls/links.ts';
import { systemOf } from '../controls/system.ts';
import type { Host, Screen, View } from '../view/host.ts';

type EnrollPush = StepOf<'enroll-push'>;

/** The number of digits of the code that the phone shows. */
const DIGITS = 6;

const waitingLine = (words: string) => html`<p part="description waiting-line" role="status">${words}</p>`;

/** Another QR code, for example if another phone has scanned the first one, and 'Not now'. */
const ways = ({ actions }: EnrollPush, host: Host) => html`
  ${
    actions.includes('resend')
      ? html`<button part="link" type="button" @click=${() => host.send({ step: 'enroll-push', action: 'resend' })}>${host.text('enroll-push.again')}</button>`
      : nothing
  }
  ${notNow(host)}
`;

/** The QR code. On a phone a link opens the app there. */
const waiting = (step: EnrollPush, host: Host): Screen => {
  const { uri } = step;
  const onPhone = systemOf(navigator) !== 'desktop';
  return {
    name: 'enroll-push',
    heading: host.text('enroll-push.heading'),
    startsAtHeading: true,
    description: host.text(onPhone ? 'enroll-push.here' : 'enroll-push.description'),
    fields: html`
      ${onPhone && /^https?:/.test(uri) ? html`<a part="button secondary" href=${uri} target="_blank" rel="noopener">${host.text('push.open')}</a>` : nothing}
      ${host.use(Qr).render(uri, host.text('enroll-push.qr'))}
      ${waitingLine(host.text('push.waiting'))}
    `,
    links: ways(step, host),
  };
};

/** The phone asks for a code that was sent, or for one of a factor that the account has already. */
const codeOnPhone = (step: EnrollPush, host: Host): Screen => {
  const { channel, to = '', device } = step;
  return {
    name: 'enroll-push',
    heading: host.text('enroll-push.code-heading'),
    startsAtHeading: true,
    description: host.text(channel ? `enroll-push.code-${channel}` : 'enroll-push.code-factor', {
      to: to.replaceAll(' ', '\u00a0'),
    }),
    fields: html`
    ${device ? html`<p part="description">${host.text('enroll-push.device', { device })}</p>` : nothing}
    ${waitingLine(host.text('push.waiting'))}
  `,
    links: ways(step, host),
  };
};

/** The phone shows a code, because there is no number or address to send one to. */
const codeOnScreen = (step: EnrollPush, host: Host): Screen => {
  const { device } = step;
  return {
    name: 'enroll-push',
    heading: host.text('enroll-push.screen-heading'),
    description: `${device ? `${host.text('enroll-push.device', { device })}. ` : ''}${host.text('code.checked')}`,
    fields: codeInput(host, { digits: DIGITS, wrong: host.wrong !== undefined }),
    primary: host.text('enroll-totp.submit'),
    submit: ({ code }) =>
      code?.length === DIGITS
        ? { step: 'enroll-push', code }
        : host.complain('code', host.text('totp.missing', { digits: DIGITS })),
    links: ways(step, host),
  };
};

const linked = (host: Host): Screen => ({
  name: 'enroll-push',
  heading: host.text('enroll-push.linked'),
  startsAtHeading: true,
  fields: waitingLine(host.text('enroll-push.linked-description')),
});

/** The user links a phone: the phone scans the QR code and confirms a code. The controller continues by itself. */
export const enrollPush: View<'enroll-push'> = (step, host) => {
  if (step.state === 'waiting') return waiting(step, host);
  if (step.state === 'linked') return linked(host);
  return step.codeAt === 'screen' ? codeOnScreen(step, host) : codeOnPhone(step, host);
};
