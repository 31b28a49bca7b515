import type { StepOf } from '@tweestap/client';
import type { Host, Stage } from '../element/host.ts';

/** Milliseconds that the tick is seen before the page goes on. */
const tick = 400;

/** From so few recovery codes on a person is told. */
export const few = 2;

/** Where somebody goes on who has something to read first. */
const onward = new WeakMap<Host, string>();

/** Goes on where the end of the flow leads, once the person says so; undefined while nothing has to be read. */
export const goOn = (host: Host): (() => void) | undefined => {
  const to = onward.get(host);
  return to === undefined ? undefined : () => location.assign(to);
};

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

/**
 * Tells the page, and goes on unless it says that it does so itself. Who has just used one of the last recovery codes
 * (`before`: the step that was answered) goes on by a button: the warning is to be read (R35).
 */
export const finish = (host: Stage, step: End, before: string | undefined): void => {
  onward.delete(host);
  if ('next' in step) {
    const { next, organisation, username } = step;
    tell(host, { next, organisation, username });
    return;
  }
  const { user, amr, acr, recoveryCodesLeft } = step;
  const detail = { user, amr, acr, ...(recoveryCodesLeft === undefined ? {} : { recoveryCodesLeft }) };
  const goesOn = tell(host, detail);
  const to = target(host, step);
  if (!goesOn || !to || !/^https?:/.test(to)) return;
  if (before === 'recovery-code' && recoveryCodesLeft !== undefined && recoveryCodesLeft <= few) {
    onward.set(host, to);
    host.requestUpdate();
  } else setTimeout(() => location.assign(to), tick);
};
