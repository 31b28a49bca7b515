import type { StepOf } from '@tweestap/client';
import type { Stage } from '../element/host.ts';

/** Milliseconds that the tick is seen before the page goes on. */
const tick = 400;

/** Where to go on: what the server allowed, or a page of this very origin (R70). */
const target = (host: Stage, step: StepOf<'done'>): string | undefined => {
  if (step.returnTo) return step.returnTo;
  if (!host.returnTo) return undefined;
  const url = new URL(host.returnTo, document.baseURI);
  return url.origin === location.origin ? url.href : undefined;
};

/** Tells the page, and goes on unless it says that it does so itself. */
export const finish = (host: Stage, step: StepOf<'done'>): void => {
  const { user, amr, acr, recoveryCodesLeft } = step;
  const detail = { user, amr, acr, ...(recoveryCodesLeft === undefined ? {} : { recoveryCodesLeft }) };
  const goesOn = host.dispatchEvent(
    new CustomEvent('mfa-success', { detail, bubbles: true, composed: true, cancelable: true }),
  );
  const to = target(host, step);
  if (goesOn && to && /^https?:/.test(to)) setTimeout(() => location.assign(to), tick);
};
