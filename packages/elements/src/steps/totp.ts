import { html, nothing } from 'lit';
import { clockCoach, codeInput } from '../controls/code-input.ts';
import { switches } from '../controls/links.ts';
import { rememberTime } from '../controls/times.ts';
import type { View } from '../view/host.ts';

/** The user enters the code of an authenticator app. 'Remember me' is above it, because the last digit submits. */
export const totp: View<'totp'> = (step, host) => {
  const { digits, period, remember } = step;
  const waiting = host.wrong === 'wait';
  return {
    name: 'totp',
    heading: host.text('totp.heading'),
    description: host.text('totp.description', { digits }),
    fields: html`
      ${
        remember && remember.for !== 'never'
          ? html`<label part="remember"><input id="remember" type="checkbox" /><span>${host.text('remember.for', { time: rememberTime(host.language, remember.for) })}</span></label>`
          : nothing
      }
      ${codeInput(host, { digits, period, wrong: host.wrong !== undefined && !waiting, waiting })}
      ${clockCoach(host)}
    `,
    primary: host.text(host.flow?.kind === 'login' ? 'log-in' : 'continue'),
    submit: ({ code }) => {
      if (code?.length !== digits) return host.complain('code', host.text('totp.missing', { digits }));
      const box = host.element.shadowRoot?.querySelector<HTMLInputElement>('#remember');
      return { step: 'totp', code, ...(box ? { remember: box.checked } : {}) };
    },
    links: switches(host, 'totp', step.methods),
  };
};
