import { html, nothing } from 'lit';
import { anotherWay, canChooseAgain } from '../controls/another-way.ts';
import { notNow } from '../controls/links.ts';
import { naming, typedName } from '../controls/naming.ts';
import type { Host, View } from '../view/host.ts';

/** The button that leads back to the choice of methods, if there was one. */
const otherWay = (host: Host): (() => void) | undefined => {
  if (!canChooseAgain(host)) return undefined;
  return () => host.send({ step: 'enroll-passkey', action: 'back', to: 'enroll-method' });
};

/** The user creates a passkey. If the browser or the device can't, the other methods are offered. */
export const enrollPasskey: View<'enroll-passkey'> = (_step, host) => {
  const other = otherWay(host);
  const words = host.text('enroll-passkey.other-way');
  const heading = host.text('enroll-passkey.heading');
  if (!host.hasPasskeys)
    return {
      name: 'enroll-passkey',
      heading,
      description: host.text('enroll-passkey.unsupported') + anotherWay(host),
      ...(other ? { primary: words, onPrimary: other } : {}),
      links: notNow(host),
    };
  return {
    name: 'enroll-passkey',
    heading,
    startsAtHeading: true,
    description: host.text('enroll-passkey.description'),
    fields: naming(host, 'enroll-passkey.naming', 'enroll-passkey.name'),
    primary: host.text('enroll-passkey.submit'),
    onPrimary: () => {
      const name = typedName(host);
      if (name) host.passkey(name);
    },
    isAsking: host.asking,
    links: html`
      ${other && host.wrong !== undefined ? html`<button part="link" type="button" @click=${other}>${words}</button>` : nothing}
      ${notNow(host)}
    `,
  };
};
