import { html, nothing } from 'lit';
import { Countdown } from '../controls/countdown.ts';
import { inTime } from '../controls/times.ts';
import { frame } from '../element/frame.ts';
import type { Host } from '../element/host.ts';
import type { View } from './view.ts';

const unlock = (host: Host) => () => host.send({ step: 'locked', action: 'unlock', way: 'mail' });

/** Too many attempts: how long it lasts, and who can help. With a mailed link: one press lifts it. */
export const locked: View<'locked'> = ({ until, ways, actions, mailed }, host) => {
  if (host.flow?.kind === 'unlock') {
    return frame(host, {
      name: 'locked',
      heading: host.text('unlock.heading'),
      description: host.text('unlock.description'),
      primary: host.text('unlock.submit'),
      submit: () => ({ step: 'locked', action: 'unlock', way: 'mail' }),
    });
  }
  const seconds = until ? host.use(Countdown).until(Date.parse(until)) : undefined;
  const wait = seconds !== undefined && ways.includes('wait');
  const helpdesk = ways.includes('helpdesk');
  const time = inTime(host.language, seconds ?? 0);
  const mail = ways.includes('mail') && actions.includes('unlock') && !mailed;
  return frame(host, {
    name: 'locked',
    heading: host.text('locked.heading'),
    description: wait ? host.text('locked.wait', { time }) : host.text('locked.helpdesk'),
    fields: html`
      ${wait && helpdesk ? html`<p part="description">${host.text('locked.or-helpdesk')}</p>` : nothing}
      ${mailed ? html`<p part="notice" role="status">${host.text('locked.mailed')}</p>` : nothing}
    `,
    primary: actions.includes('poll') ? host.text('locked.poll') : undefined,
    submit: () => ({ step: 'locked', action: 'poll' }),
    links: mail
      ? html`<button part="link" type="button" @click=${unlock(host)}>${host.text('locked.mail')}</button>`
      : undefined,
  });
};
