import type { StepOf } from '@tweestap/client';
import type { Stage } from '../element/host.ts';

/** Milliseconds that the tick is seen before the page goes on. */
const tick = 400;

type End = StepOf<'done'>;
type LoggedIn = Exclude<End, { next: 'login' }>;

/** Where to go on: what the server allowed, or a page of this very origin (R70). */
const target = (host: Stage, step: LoggedIn): string | undefined => {
  if (step.returnTo) return step.returnTo;
  if (!host.returnTo) return undefined;
  const url = new URL(host.returnTo, document.baseURI);
  return url.origin === location.origin ? url.href : undefined;
};

const tell = (host: Stage, detail: object): boolean =>
  host.dispatchEvent(new CustomEvent('mfa-success', { detail, bubbles: true, composed: true, cancelable: true }));

/** Tells the page, and goes on unless it says that it does so itself. */
export const finish = (host: Stage, step: End): void => {
  if ('next' in step) {
    const { next, organisation, username } = step;
    tell(host, { next, organisation, username });
    return;
  }
  const { user, amr, acr, recoveryCodesLeft } = step;
  const detail = { user, amr, acr, ...(recoveryCodesLeft === undefined ? {} : { recoveryCodesLeft }) };
  const goesOn = tell(host, detail);
  const to = target(host, step);
  if (goesOn && to && /^https?:/.test(to)) setTimeout(() => location.assign(to), tick);
};
