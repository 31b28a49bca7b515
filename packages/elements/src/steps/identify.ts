import { html, nothing } from 'lit';
import { asciiDigits } from '../controls/code-input.ts';
import { field, MAX_CODE_LENGTH, usernameField } from '../controls/field.ts';
import type { View } from '../view/host.ts';

/** The user enters the address to send an email to, or the help desk's code for a new password. */
export const identify: View<'identify'> = (step, host) =>
  step.fields.includes('code') ? byCode(step, host) : byMail(step, host);

const byMail: View<'identify'> = ({ fields }, host) => {
  const both = fields.includes('username');
  const { wrong } = host;
  const isName = both && wrong === 'username';
  const isMail = wrong !== undefined && !isName;
  const isNew = host.flow?.kind === 'register';
  const address = {
    name: 'email',
    label: host.text('username.email'),
    autocomplete: both ? 'email' : 'username',
    type: 'email',
    inputMode: 'email',
    ...(both ? {} : { value: host.kept.username }),
  } as const;
  return {
    name: 'identify',
    heading: host.text(isNew ? 'identify.register' : 'identify.recover'),
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
    ...(isNew
      ? {}
      : {
          links: html`<button part="link" type="button" @click=${() => host.restart({ kind: 'reset' })}
            >${host.text('identify.have-code')}</button>`,
        }),
  };
};

const byCode: View<'identify'> = ({ format = 'username' }, host) => {
  const { wrong } = host;
  const isName = wrong === 'username';
  const label = host.text('identify.code');
  return {
    name: 'identify',
    heading: host.text('identify.recover'),
    description: host.text('identify.by-code'),
    fields: html`${usernameField(host, format, isName)}${field(
      host,
      { name: 'help-desk-code', label, autocomplete: 'off', max: MAX_CODE_LENGTH },
      wrong !== undefined && !isName,
    )}`,
    primary: host.text('continue'),
    submit: (typed) => {
      const username = typed.username?.trim();
      const code = asciiDigits(typed['help-desk-code'] ?? '').trim();
      if (!username) return host.complain('username', host.text('username.missing'));
      if (!code) return host.complain('help-desk-code', host.text('identify.code-missing'));
      return { step: 'identify', username, code };
    },
    links: html`<button part="link" type="button" @click=${() => host.restart({ kind: 'recover' })}
      >${host.text('identify.by-mail')}</button>`,
  };
};
