import { html } from 'lit';
import { forgot, passwordField, silentUsername } from '../controls/password.ts';
import type { View } from '../view/host.ts';

/** The user enters the password. A hidden username is before it for password managers. */
export const password: View<'password'> = (step, host) => ({
  name: 'password',
  heading: host.text('password.heading'),
  fields: html`${silentUsername(host, step.username)}${passwordField(host, host.wrong !== undefined)}`,
  primary: host.text('log-in'),
  submit: ({ password }) => {
    if (!password) return host.complain('password', host.text('password.missing'));
    return { step: 'password', password };
  },
  links: forgot(host),
});
