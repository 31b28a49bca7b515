import { html, nothing } from 'lit';
import { appList, Qr, systemOf } from '../controls/apps.ts';
import { clockCoach, codeInput } from '../controls/code-input.ts';
import { copyButton } from '../controls/copy.ts';
import { notNow } from '../controls/links.ts';
import type { Host, View } from '../view/host.ts';

/** RFC 6238 as all apps know it: six digits, 30 seconds. */
const digits = 6;
const period = 30;

/** Server's rule of given names. */
const longestName = 60;

const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/** Opens the app that is on this very device, without camera and without typing (T2). */
const opener = (host: Host, uri: string, part: string) => html`<a
  part=${part === 'link' ? 'link' : 'button secondary'} href=${uri.startsWith('otpauth:') ? uri : nothing}
>${host.text('enroll-totp.open')}</a>`;

const key = (host: Host, secret: string, uri: string | undefined) => html`<details part="secret">
  <summary>${host.text('enroll-totp.key')}</summary>
  <code translate="no">${grouped(secret)}</code>
  <div part="actions">${copyButton(host, secret)} ${uri ? opener(host, uri, 'link') : nothing}</div>
</details>`;

/** It stands before the code, since the last digit submits. */
const naming = (host: Host) => html`<details part="naming">
  <summary>${host.text('enroll-totp.naming')}</summary>
  <label for="name">${host.text('enroll-totp.name')}</label>
  <input part="name" id="name" type="text" maxlength=${longestName} autocomplete="off" />
</details>`;

/** Linking an authenticator app: the apps there are, the picture, the key for who can't scan, the first code. */
export const enrollTotp: View<'enroll-totp'> = (step, host) => {
  const waiting = host.wrong === 'wait';
  const own = systemOf(navigator);
  const onPhone = own !== 'desktop';
  return {
    name: 'enroll-totp',
    heading: host.text('enroll-totp.heading'),
    description: host.text(onPhone ? 'enroll-totp.here' : 'enroll-totp.description'),
    fields: html`
      ${appList(host, step.apps, own)}
      ${onPhone ? opener(host, step.uri, 'button') : nothing}
      ${host.use(Qr).render(step.uri, host.text('enroll-totp.qr'))}
      <p part="description entry">${host.text('enroll-totp.entry')} <b>${step.issuer}</b> <span>${step.account}</span></p>
      ${key(host, step.secret, onPhone ? undefined : step.uri)}
      ${naming(host)}
      ${codeInput(host, { digits, period, wrong: host.wrong !== undefined && !waiting, waiting })}
      ${clockCoach(host)}
    `,
    primary: host.text('enroll-totp.submit'),
    submit: ({ code }) => {
      if (code?.length !== digits) return host.complain('code', host.text('totp.missing', { digits }));
      const name = host.element.shadowRoot?.querySelector<HTMLInputElement>('#name')?.value.trim();
      return { step: 'enroll-totp', code, ...(name ? { name } : {}) };
    },
    links: notNow(host),
  };
};
