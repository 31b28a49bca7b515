import type { StepOf } from '@tweestap/protocol';
import type { LoggedIn, SuccessDetail } from './controller-state.ts';
import { quietly } from './resume.ts';

const allowed = (step: LoggedIn, returnTo: string | undefined, base: string | undefined): string | undefined => {
  if (step.returnTo) return step.returnTo;
  if (!returnTo || !base) return undefined;
  const url = quietly(() => new URL(returnTo, base));
  return url?.origin === new URL(base).origin ? url.href : undefined;
};

/** The http(s) address to go to after a flow: the server's, else `returnTo` of the page's own origin (R70). */
export const goTo = (
  step: StepOf<'done'>,
  returnTo: string | undefined,
  base: string | undefined,
): string | undefined => {
  const to = 'next' in step ? undefined : allowed(step, returnTo, base);
  return to && /^https?:/.test(to) ? to : undefined;
};

/** The part of `done` that a page is given. */
export const detailOf = (step: StepOf<'done'>): SuccessDetail => {
  if ('next' in step) return { next: step.next, organisation: step.organisation, username: step.username };
  const { user, amr, acr, recoveryCodesLeft } = step;
  return { user, amr, acr, ...(recoveryCodesLeft === undefined ? {} : { recoveryCodesLeft }) };
};
