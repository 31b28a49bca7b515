import { html, nothing } from 'lit';
import { appList, Qr } from '../controls/apps.ts';
import { clockCoach, codeInput } from '../controls/code-input.ts';
import { copyButton } from '../controls/copy.ts';
import { notNow } from '../controls/links.ts';
import { naming, typedName } from '../controls/naming.ts';
import { systemOf } from '../controls/system.ts';
import type { Host, View } from '../view/host.ts';

/** The parameters of RFC 6238 that all apps support: six digits, and 30 seconds for each code. */
const digits = 6;
const period = 30;

/** Groups the secret by four characters, to make it easier to copy. */
const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/** A link that opens the authenticator app on this device, so the user needs no camera and no typing (T2). */
const opener = (host: Host, uri: string, part: string) => html`<a
  part=${part === 'link' ? 'link' : 'button secondary'} href=${uri.startsWith('otpauth:') ? uri : nothing}
>${host.text('enroll-totp.open')}</a>`;

const key = (host: Host, secret: string, uri: string | undefined) => html`<details part="secret">
  <summary>${host.text('enroll-totp.key')}</summary>
  <code translate="no">${grouped(secret)}</code>
  <div part="actions">${copyButton(host, secret)} ${uri ? opener(host, uri, 'link') : nothing}</div>
</details>`;

/**
 * The user enrolls an authenticator app: with the QR code, or with the key if it can't be scanned, and then the first code.
 * The name is above the code, because the last digit of the code submits.
 */
export const enrollTotp: View<'enroll-totp'> = (step, host) => {
  const waiting = host.wrong === 'wait';
  const isWrong = host.wrong !== undefined && host.wrong !== 'name' && !waiting;
  const own = systemOf(navigator);
  const onPhone = own !== 'desktop';
  return {
    name: 'enroll-totp',
    heading: host.text('enroll-totp.heading'),
    startsAtHeading: true,
    description: host.text(onPhone ? 'enroll-totp.here' : 'enroll-totp.description'),
    fields: html`
      ${onPhone ? opener(host, step.uri, 'button') : nothing}
      ${host.use(Qr).render(step.uri, host.text('enroll-totp.qr'))}
      <p part="description entry">${host.text('enroll-totp.entry')} <b>${step.issuer}</b> <span>${step.account}</span></p>
      ${key(host, step.secret, onPhone ? undefined : step.uri)}
      ${appList(host, step.apps, own)}
      ${naming(host, 'enroll-totp.naming', 'enroll-totp.name')}
      <p part="description">${host.text('enroll-totp.then')} ${host.text('code.checked')}</p>
      ${codeInput(host, { digits, period, wrong: isWrong, waiting })}
      ${clockCoach(host)}
    `,
    primary: host.text('enroll-totp.submit'),
    submit: ({ code }) => {
      if (code?.length !== digits) return host.complain('code', host.text('totp.missing', { digits }));
      const name = typedName(host);
      return name && { step: 'enroll-totp', code, ...name };
    },
    links: notNow(host),
  };
};
