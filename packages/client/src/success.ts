import type { StepOf, StepType } from '@tweestap/protocol';
import { FEW_RECOVERY_CODES } from '@tweestap/protocol/constants';
import type { RecentLogin } from './client.ts';
import type { ControllerEvents, ControllerOptions, SuccessDetail } from './controller-options.ts';
import { quietly } from './resume.ts';

/** Returns the address that addresses of the options are relative to. Undefined outside a browser, if it is not set. */
const baseOf = ({ base }: ControllerOptions): string | undefined => base ?? globalThis.document?.baseURI;

/** Returns the absolute http(s) address of `returnTo`. Undefined if there is none, or if it is no such address. */
export const returnAddress = (options: ControllerOptions): string | undefined => {
  const { returnTo } = options;
  const url = returnTo ? quietly(() => new URL(returnTo, baseOf(options))) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
};

/** Returns the http(s) address to go to after a login: the server's, otherwise `returnTo` if it has the page's own origin (R70). */
const goToOf = (allowed: string | undefined, options: ControllerOptions): string | undefined => {
  if (allowed) return /^https?:/.test(allowed) ? allowed : undefined;
  const to = returnAddress(options);
  const base = baseOf(options);
  return to && base && new URL(to).origin === new URL(base).origin ? to : undefined;
};

/** Returns the part of the step `done` that the page gets. */
const detailOf = (step: StepOf<'done'>): SuccessDetail => {
  if ('next' in step) return { next: step.next, organisation: step.organisation, username: step.username };
  const { user, amr, acr, recoveryCodesLeft, assertion } = step;
  return {
    ...{ user, amr, acr },
    ...(recoveryCodesLeft === undefined ? {} : { recoveryCodesLeft }),
    ...(assertion === undefined ? {} : { assertion }),
  };
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
    goTo: 'next' in step ? undefined : goToOf(step.returnTo, options),
    mustRead: before === 'recovery-code' && left !== undefined && left <= FEW_RECOVERY_CODES,
  };
};

/** Returns the payload of the event `success` of a login that was finished earlier. The server has allowed only its own address. */
export const successAgain = (
  { session: { user, amr, acr }, returnTo }: RecentLogin,
  options: ControllerOptions,
): ControllerEvents['success'] => {
  const isSame = returnTo !== undefined && returnTo === returnAddress(options);
  return { detail: { user, amr, acr }, goTo: goToOf(isSame ? returnTo : undefined, options), mustRead: false };
};
