import type { StepOf } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { Countdown } from '../controls/countdown.ts';
import { inTime } from '../controls/times.ts';
import type { Host, Screen, View } from '../view/host.ts';

/** A way to continue in spite of a lock. */
interface Way {
  words: string;
  take(): void;
}

/** The screen after a mailed link, whose button lifts the lock. */
const lift = (host: Host): Screen => ({
  name: 'locked',
  heading: host.text('unlock.heading'),
  description: host.text('unlock.description'),
  primary: host.text('unlock.submit'),
  submit: () => ({ step: 'locked', action: 'unlock', way: 'mail' }),
});

/** Returns the ways that do not wait for the end of the lock: another second factor, or a new password by email. */
const waysAround = ({ methods = [], ways }: StepOf<'locked'>, host: Host): Way[] => [
  ...methods.map(({ method }) => ({
    words: host.text(`switch.${method}`),
    take: () => host.send({ step: 'locked', action: 'switch', method }),
  })),
  ...(ways.includes('reset')
    ? [{ words: host.text('locked.reset'), take: () => host.restart({ kind: 'recover' }) }]
    : []),
];

const link = ({ words, take }: Way): TemplateResult =>
  html`<button part="link" type="button" @click=${take}>${words}</button>`;

/** Too many attempts: shows how long the lock lasts and which other ways there are, such as the help desk. */
export const locked: View<'locked'> = (step, host) => {
  if (host.flow?.kind === 'unlock') return lift(host);
  const { until, ways, actions, mailed } = step;
  const seconds = until ? host.use(Countdown).until(Date.parse(until)) : undefined;
  const waits = seconds !== undefined && ways.includes('wait');
  const helpdesk = ways.includes('helpdesk');
  const around = waysAround(step, host);
  const [first, ...others] = around;
  const retry: Way = { words: host.text('locked.poll'), take: () => host.send({ step: 'locked', action: 'poll' }) };
  const mail: Way = {
    words: host.text('locked.mail'),
    take: () => host.send({ step: 'locked', action: 'unlock', way: 'mail' }),
  };
  // If the lock does not end by waiting, the primary button is the first other way.
  const leads = waits ? undefined : first;
  const polls = actions.includes('poll');
  const rest = [
    ...(ways.includes('mail') && actions.includes('unlock') && !mailed ? [mail] : []),
    ...(leads ? others : around),
    ...(leads && polls ? [retry] : []),
  ];
  const time = inTime(host.language, seconds ?? 0);
  const about = leads ? 'locked.around' : helpdesk ? 'locked.helpdesk' : 'problem.locked';
  const desk = waits ? 'locked.or-helpdesk' : leads ? 'locked.else-helpdesk' : undefined;
  return {
    name: 'locked',
    heading: host.text(waits ? 'locked.heading' : 'locked.stopped'),
    description: waits ? host.text('locked.wait', { time }) : host.text(about),
    fields: html`
      ${ways.includes('push') ? html`<p part="description">${host.text('locked.push')}</p>` : nothing}
      ${desk && helpdesk ? html`<p part="description">${host.text(desk)}</p>` : nothing}
      ${mailed ? html`<p part="notice" role="status">${host.text('locked.mailed')}</p>` : nothing}
    `,
    primary: leads?.words ?? (polls ? retry.words : undefined),
    ...(leads ? { onPrimary: leads.take } : {}),
    submit: () => ({ step: 'locked', action: 'poll' }),
    links: rest.length > 0 ? rest.map(link) : undefined,
  };
};
