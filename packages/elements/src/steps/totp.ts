import { html } from 'lit';
import { clockCoach, codeInput } from '../controls/code-input.ts';
import { switches } from '../controls/links.ts';
import { rememberBox, remembered } from '../controls/remember.ts';
import type { View } from '../view/host.ts';

/** The user enters the code of an authenticator app. 'Remember me' is above it, because the last digit submits. */
export const totp: View<'totp'> = (step, host) => {
  const { digits, period, remember } = step;
  const waiting = host.wrong === 'wait';
  return {
    name: 'totp',
    heading: host.text('totp.heading'),
    description: `${host.text('totp.description', { digits })} ${host.text('code.checked')}`,
    fields: html`
      ${rememberBox(host, remember)}
      ${codeInput(host, { digits, period, wrong: host.wrong !== undefined && !waiting, waiting })}
      ${clockCoach(host)}
    `,
    primary: host.text(host.flow?.kind === 'login' ? 'log-in' : 'continue'),
    submit: ({ code }) => {
      if (code?.length !== digits) return host.complain('code', host.text('totp.missing', { digits }));
      return { step: 'totp', code, ...remembered(host) };
    },
    links: switches(host, 'totp', step.methods),
  };
};
