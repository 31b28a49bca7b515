import { usernameField } from '../controls/field.ts';
import { passkeyButton } from '../controls/passkey.ts';
import type { FirstView } from '../view/host.ts';

/** The user enters the username, or chooses a passkey. The autofill of the field offers passkeys too. */
export const username: FirstView<'username'> = (step, host) => ({
  name: 'username',
  heading: host.text('username.heading'),
  fields: usernameField(host, step?.format ?? 'username', host.wrong === 'username', 'username webauthn'),
  primary: host.text('continue'),
  submit: ({ username }) => {
    const name = username?.trim();
    if (!name) return host.complain('username', host.text('username.missing'));
    return { step: 'username', username: name };
  },
  links: passkeyButton(host, step),
});
