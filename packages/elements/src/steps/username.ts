import { usernameField } from '../controls/field.ts';
import type { FirstView } from '../view/host.ts';

/** The user enters the username. */
export const username: FirstView<'username'> = (step, host) => ({
  name: 'username',
  heading: host.text('username.heading'),
  fields: usernameField(host, step?.format ?? 'username', host.wrong !== undefined),
  primary: host.text('continue'),
  submit: ({ username }) => {
    const name = username?.trim();
    if (!name) return host.complain('username', host.text('username.missing'));
    return { step: 'username', username: name };
  },
});
