import type { StepOf } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { Checks } from '../controls/checks.ts';
import { Countdown } from '../controls/countdown.ts';
import { rememberBox } from '../controls/remember.ts';
import { systemOf } from '../controls/system.ts';
import { inTime } from '../controls/times.ts';
import type { Key } from '../locales/messages.ts';
import type { Host, Screen, View } from '../view/host.ts';

type PushStep = StepOf<'push'>;

/** A way to go on: a new request, or another method. */
interface Way {
  words: string;
  take(): void;
}

/** The number to enter on the phone, in groups of three. Screen readers read it digit by digit. */
const numberOf = (number: string): TemplateResult => html`<p part="number">
  <span aria-hidden="true">${number.replace(/(\d{3})(?=\d)/g, '$1\u2009')}</span>
  <span class="silent">${number.split('').join(' ')}</span>
</p>`;

/** A code can always be entered by hand, with or without a network on the phone (W3). */
const others = ({ methods }: PushStep, host: Host): Way[] =>
  methods
    .filter(({ method }) => method !== 'push')
    .map(({ method }) => ({
      words: host.text(method === 'totp' ? 'push.by-hand' : `switch.${method}`),
      take: () => host.send({ step: 'push', action: 'switch', method }),
    }));

/** The seconds until the request can be sent again; undefined if it never can. */
const resendIn = ({ actions, resendAt }: PushStep, host: Host): number | undefined => {
  if (!actions.includes('resend') && !resendAt) return undefined;
  return resendAt ? host.use(Countdown).until(Date.parse(resendAt)) : 0;
};

const again = (host: Host): Way => ({
  words: host.text('push.again'),
  take: () => host.send({ step: 'push', action: 'resend' }),
});

const link = ({ words, take }: Way): TemplateResult =>
  html`<button part="link" type="button" @click=${take}>${words}</button>`;

const wait = (host: Host, seconds: number): TemplateResult =>
  html`<p part="hint">${host.text('push.again-in', { time: inTime(host.language, seconds) })}</p>`;

/** Opens the request in the app on this device. It works only with the cookie of this flow. */
const opener = (step: PushStep, host: Host): TemplateResult | typeof nothing =>
  systemOf(navigator) === 'desktop' || !/^https?:/.test(step.approveUri)
    ? nothing
    : html`<a part="button secondary" href=${step.approveUri} target="_blank" rel="noopener">${host.text('push.open')}</a>`;

const pending = (step: PushStep, host: Host): Screen => {
  const { number, remember, state } = step;
  const isApproved = state === 'approved';
  const left = isApproved ? undefined : resendIn(step, host);
  return {
    name: 'push',
    heading: host.text(number ? 'push.heading' : 'push.heading-yes'),
    startsAtHeading: true,
    description: host.text(number ? 'push.description' : 'push.description-yes'),
    fields: html`
      ${number ? numberOf(number) : nothing}
      <p part="description waiting-line" role="status">${host.text(isApproved ? 'push.approved' : 'push.waiting')}</p>
      ${opener(step, host)}
      ${rememberBox(host, remember)}
      ${isApproved ? nothing : host.use(Checks).render(step.expiresAt)}
    `,
    links: [
      ...others(step, host).map(link),
      left === undefined ? nothing : left > 0 ? wait(host, left) : link(again(host)),
    ],
  };
};

const endings: Readonly<Record<'denied' | 'expired' | 'stopped', readonly [Key, Key]>> = {
  denied: ['push.denied', 'push.denied-description'],
  expired: ['push.expired', 'push.expired-description'],
  stopped: ['push.stopped', 'push.stopped-description'],
};

/** A request that has ended without an approval. The primary button is the best way on. */
const ended = (step: PushStep, host: Host, [heading, description]: readonly [Key, Key]): Screen => {
  const left = resendIn(step, host);
  const mayResend = left === 0 && step.actions.includes('resend');
  const ways = [...(mayResend ? [again(host)] : []), ...others(step, host)];
  const [first, ...rest] = ways;
  return {
    name: 'push',
    heading: host.text(heading),
    startsAtHeading: true,
    description: html`<span role="status">${host.text(description)}</span>`,
    fields: step.state === 'expired' ? host.use(Checks).list() : nothing,
    ...(first ? { primary: first.words, onPrimary: first.take } : {}),
    links: [...rest.map(link), left ? wait(host, left) : nothing],
  };
};

/** The user approves the login on a linked phone. The controller continues when the phone has answered. */
export const push: View<'push'> = (step, host) => {
  const { state } = step;
  return state === 'pending' || state === 'approved' ? pending(step, host) : ended(step, host, endings[state]);
};
