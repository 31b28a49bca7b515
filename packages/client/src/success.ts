import type { StepOf, StepType } from '@tweestap/protocol';
import { FEW_RECOVERY_CODES } from '@tweestap/protocol/constants';
import type { ControllerEvents, ControllerOptions, LoggedIn, SuccessDetail } from './controller-options.ts';
import { quietly } from './resume.ts';

/** Returns the address that addresses of the options are relative to. Undefined outside a browser, if it is not set. */
export const baseOf = ({ base }: ControllerOptions): string | undefined => base ?? globalThis.document?.baseURI;

const allowed = (step: LoggedIn, options: ControllerOptions): string | undefined => {
  if (step.returnTo) return step.returnTo;
  const { returnTo } = options;
  const base = baseOf(options);
  if (!returnTo || !base) return undefined;
  const url = quietly(() => new URL(returnTo, base));
  return url?.origin === new URL(base).origin ? url.href : undefined;
};

/** Returns the http(s) address to go to after a flow: the server's, otherwise `returnTo` if it has the page's own origin (R70). */
const goToOf = (step: StepOf<'done'>, options: ControllerOptions): string | undefined => {
  const to = 'next' in step ? undefined : allowed(step, options);
  return to && /^https?:/.test(to) ? to : undefined;
};

/** Returns the part of the step `done` that the page gets. */
const detailOf = (step: StepOf<'done'>): SuccessDetail => {
  if ('next' in step) return { next: step.next, organisation: step.organisation, username: step.username };
  const { user, amr, acr, recoveryCodesLeft } = step;
  return { user, amr, acr, ...(recoveryCodesLeft === undefined ? {} : { recoveryCodesLeft }) };
};

/** Returns the payload of the event `success` of a flow that is done. `before` is the type of its last step. */
export const successOf = (
  step: StepOf<'done'>,
  before: StepType | undefined,
  options: ControllerOptions,
): ControllerEvents['success'] => {
  const detail = detailOf(step);
  const left = 'recoveryCodesLeft' in detail ? detail.recoveryCodesLeft : undefined;
  return {
    detail,
    goTo: goToOf(step, options),
    mustRead: before === 'recovery-code' && left !== undefined && left <= FEW_RECOVERY_CODES,
  };
};
