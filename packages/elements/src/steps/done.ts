import { html, nothing } from 'lit';
import { frame } from '../element/frame.ts';
import type { View } from './view.ts';

/** Below so many recovery codes a person is told. */
const few = 2;

/** The end: a tick, and on. */
export const done: View<'done'> = ({ recoveryCodesLeft: left }, host) => {
  const key = left === 0 ? 'done.no-codes' : left === 1 ? 'done.code' : 'done.codes';
  return frame(host, {
    name: 'done',
    heading: host.text(host.flow?.kind === 'enroll' ? 'done.enroll' : 'done.heading'),
    description: html`<svg part="tick" viewBox="0 0 24 24" aria-hidden="true"><path d="m4 12.5 5.5 5.5L20 7" /></svg>`,
    fields:
      left !== undefined && left <= few ? html`<p part="description">${host.text(key, { count: left })}</p>` : nothing,
  });
};
