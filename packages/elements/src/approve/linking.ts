import type { PushLink } from '@tweestap/client/push';
import { html, nothing } from 'lit';
import { accountName } from '../controls/account-name.ts';
import { codeInput } from '../controls/code-input.ts';
import { field } from '../controls/field.ts';
import type { Screen } from '../view/host.ts';
import type { ApproveModel } from './approve-model.ts';
import { type ApproveHost, linkButton } from './parts.ts';

/** The number of digits of a code that confirms a link. */
const DIGITS = 6;

/** Returns the token in the link of a QR code or an email, or in a part of it. Undefined if there is none. */
const tokenIn = (text: string): string | undefined =>
  /(?:^|#)mfa-push=([\w-]{1,128})$/.exec(text.trim())?.[1] ?? /^[\w-]{43}$/.exec(text.trim())?.[0];

/** The screen that links an account, by a link that is typed or pasted. */
export const addScreen = (host: ApproveHost, model: ApproveModel): Screen => {
  const label = host.text('approve.link');
  return {
    name: 'approve-add',
    heading: host.text('approve.add'),
    description: host.text('approve.add-description'),
    fields: field(host, { name: 'link', label, autocomplete: 'off', max: 1024 }, host.wrong === 'link'),
    primary: host.text('approve.add-do'),
    submit: ({ link = '' }) => {
      const token = tokenIn(link);
      if (!token) return host.complain('link', host.text('approve.bad-link'));
      void model.link(token);
      return undefined;
    },
    links: model.accounts.links.length > 0 ? linkButton(host, host.text('cancel'), () => model.home()) : nothing,
  };
};

const cancel = (host: ApproveHost, model: ApproveModel, { id }: PushLink) =>
  linkButton(host, host.text('approve.cancel-link'), () => model.unlink(id));

const about = ({ account }: PushLink) =>
  html`<p part="identity"><span dir="auto">${accountName(account.organisation.name, account.username)}</span></p>`;

/** The phone shows a code, and the user enters it on the login screen. */
const shownCode = (host: ApproveHost, model: ApproveModel, link: PushLink, code: string): Screen => ({
  name: 'approve-code',
  heading: host.text('approve.shown-heading'),
  startsAtHeading: true,
  description: host.text('approve.shown-description'),
  fields: html`${about(link)}
    <p part="number">
      <span aria-hidden="true">${code.replace(/(\d{3})(?=\d)/g, '$1\u2009')}</span>
      <span class="silent">${code.split('').join(' ')}</span>
    </p>
    <p part="description waiting-line" role="status">${host.text('approve.shown-waiting')}</p>`,
  links: cancel(host, model, link),
});

/** The code is that of an authenticator app that the account has already. */
const factorCode = (host: ApproveHost, model: ApproveModel, link: PushLink): Screen => {
  const label = host.text('approve.factor-label');
  return {
    name: 'approve-code',
    heading: host.text('approve.code-heading'),
    description: host.text('approve.factor-description'),
    fields: html`${about(link)}${field(host, { name: 'factor-code', label, autocomplete: 'off', max: 64 }, host.wrong === 'code')}`,
    primary: host.text('enroll-totp.submit'),
    submit: (values) => {
      const code = values['factor-code']?.trim();
      if (!code) return host.complain('code', host.text('approve.code-missing'));
      void model.confirm(link.id, code);
      return undefined;
    },
    links: cancel(host, model, link),
  };
};

/** The screen that confirms a link with a code. */
export const codeScreen = (host: ApproveHost, model: ApproveModel, link: PushLink): Screen => {
  const { code, factorCode: isFactor, channel, to = '' } = link.device;
  if (code) return shownCode(host, model, link, code);
  if (isFactor) return factorCode(host, model, link);
  return {
    name: 'approve-code',
    heading: host.text(channel === 'mail' ? 'approve.code-heading-mail' : 'approve.code-heading-sms'),
    description: host.text('approve.code-description', { to: to.replaceAll(' ', '\u00a0') }),
    fields: html`${about(link)}${codeInput(host, { digits: DIGITS, wrong: host.wrong === 'code' })}`,
    primary: host.text('enroll-totp.submit'),
    submit: ({ code: typed }) => {
      if (typed?.length !== DIGITS) return host.complain('code', host.text('totp.missing', { digits: DIGITS }));
      void model.confirm(link.id, typed);
      return undefined;
    },
    links: cancel(host, model, link),
  };
};
