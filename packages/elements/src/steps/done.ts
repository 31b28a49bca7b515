import { FEW_RECOVERY_CODES } from '@tweestap/client';
import { html, nothing } from 'lit';
import type { View } from '../view/host.ts';

const tick = html`<svg part="tick" viewBox="0 0 24 24" aria-hidden="true"><path d="m4 12.5 5.5 5.5L20 7" /></svg>`;

/** The end of a flow. After a mailed link it offers the login, with the username filled in. */
export const done: View<'done'> = (step, host) => {
  const kind = host.flow?.kind;
  if ('next' in step) {
    return {
      name: 'done',
      heading: host.text(kind === 'reset' ? 'done.reset' : kind === 'unlock' ? 'done.unlock' : 'done.activate'),
      description: html`${tick}${host.text('done.next')}`,
      primary: host.text('log-in'),
      onPrimary: () => host.restart({ kind: 'login' }),
    };
  }
  const { recoveryCodesLeft: left } = step;
  const onPrimary = host.goOn;
  const key = left === 0 ? 'done.no-codes' : 'done.codes';
  return {
    name: 'done',
    heading: host.text(kind === 'enroll' ? 'done.enroll' : 'done.heading'),
    description: tick,
    fields:
      left !== undefined && left <= FEW_RECOVERY_CODES
        ? html`<p part="description">${host.text(key, { count: left })}</p>`
        : nothing,
    ...(onPrimary ? { primary: host.text('continue'), onPrimary } : {}),
  };
};
