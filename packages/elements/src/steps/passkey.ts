import { switches } from '../controls/links.ts';
import { rememberBox, remembered } from '../controls/remember.ts';
import type { View } from '../view/host.ts';

/** The user logs in with a passkey after the password. Without passkeys in the browser, another method takes its place. */
export const passkey: View<'passkey'> = (step, host) => {
  const others = step.methods.filter(({ method }) => method !== 'passkey');
  const [method] = others.map((other) => other.method);
  const heading = host.text('passkey.heading');
  if (!host.hasPasskeys)
    return {
      name: 'passkey',
      heading,
      description: host.text(method ? 'passkey.unsupported' : 'passkey.unsupported-only'),
      ...(method
        ? {
            primary: host.text(`switch.${method}`),
            onPrimary: () => host.send({ step: 'passkey', action: 'switch', method }),
          }
        : {}),
      links: switches(host, 'passkey', others.slice(1)),
    };
  return {
    name: 'passkey',
    heading,
    description: host.text('passkey.description'),
    fields: rememberBox(host, step.remember),
    primary: host.text('passkey.submit'),
    onPrimary: () => host.passkey(remembered(host)),
    isAsking: host.asking,
    links: switches(host, 'passkey', others),
  };
};
