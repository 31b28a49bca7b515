import { html, nothing } from 'lit';
import { field } from '../controls/field.ts';
import { usernameField } from '../controls/username.ts';
import { frame } from '../element/frame.ts';
import type { View } from './view.ts';

/** Who a mail is to be sent to. */
export const identify: View<'identify'> = ({ fields }, host) => {
  const both = fields.includes('username');
  const { shown, wrong } = host;
  const problem = shown.name === 'step' ? shown.problem : undefined;
  const isName = both && (wrong === 'username' || problem?.code === 'bad-username');
  const isMail = wrong !== undefined && !isName;
  const address = {
    name: 'email',
    label: host.text('username.email'),
    autocomplete: both ? 'email' : 'username',
    type: 'email',
    inputMode: 'email',
    ...(both ? {} : { value: host.kept.username }),
  } as const;
  return frame(host, {
    name: 'identify',
    heading: host.text(host.flow?.kind === 'register' ? 'identify.register' : 'identify.recover'),
    description: host.text(both ? 'identify.both' : 'identify.email'),
    fields: html`${both ? usernameField(host, 'username', isName) : nothing}${field(host, address, isMail)}`,
    primary: host.text('identify.submit'),
    submit: (typed) => {
      const username = typed.username?.trim();
      const email = typed.email?.trim();
      if (both && !username) return host.complain('username', host.text('username.missing'));
      if (!email) return host.complain('email', host.text('identify.missing'));
      return { step: 'identify', email, ...(username ? { username } : {}) };
    },
  });
};
