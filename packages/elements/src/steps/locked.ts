import { html, nothing } from 'lit';
import { Countdown } from '../controls/countdown.ts';
import { inTime } from '../controls/times.ts';
import { frame } from '../element/frame.ts';
import type { View } from './view.ts';

/** Too many attempts: how long it lasts, and who can help. */
export const locked: View<'locked'> = ({ until, ways, actions }, host) => {
  const seconds = until ? host.use(Countdown).until(Date.parse(until)) : undefined;
  const wait = seconds !== undefined && ways.includes('wait');
  const helpdesk = ways.includes('helpdesk');
  const time = inTime(host.language, seconds ?? 0);
  return frame(host, {
    name: 'locked',
    heading: host.text('locked.heading'),
    description: wait ? host.text('locked.wait', { time }) : host.text('locked.helpdesk'),
    fields: wait && helpdesk ? html`<p part="description">${host.text('locked.or-helpdesk')}</p>` : nothing,
    primary: actions.includes('poll') ? host.text('locked.poll') : undefined,
    submit: () => ({ step: 'locked', action: 'poll' }),
  });
};
