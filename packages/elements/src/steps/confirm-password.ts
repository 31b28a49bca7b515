import { html } from 'lit';
import { notNow } from '../controls/links.ts';
import { passwordField, silentUsername } from '../controls/password.ts';
import type { View } from '../view/host.ts';

/** The user enters the password again before a change to the protection of the account. */
export const confirmPassword: View<'confirm-password'> = (step, host) => ({
  name: 'confirm-password',
  heading: host.text('confirm-password.heading'),
  description: host.text('confirm-password.description'),
  fields: html`${silentUsername(host, step.username)}${passwordField(host, host.wrong !== undefined)}`,
  primary: host.text('continue'),
  submit: ({ password }) => {
    if (!password) return host.complain('password', host.text('password.missing'));
    return { step: 'confirm-password', password };
  },
  links: notNow(host),
});
