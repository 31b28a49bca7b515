import { z } from 'zod';
import { Instant, Method, SetUpMethod } from '../values/schemas.ts';

/** The action `back`: discards the facts from step `to` onwards. Counters are kept. */
export const back = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('back'), to: z.string().min(1).max(32) });

/** The action `extend`: postpones the expiry of the flow, at most ten times. */
export const extend = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('extend') });

/** The action `switch`: continues with another of the step's `methods`. */
export const switchTo = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('switch'), method: Method });

/** The action `switch` of an enrolment: enrolls another method instead. */
export const switchToSetUp = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('switch'), method: SetUpMethod });

/** The action `change-number`: discards the phone number and asks for another one. */
export const changeNumber = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('change-number') });

/** The action `later`: defers the enrolment, where that is allowed, and ends the flow without it (D8). */
export const later = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('later') });

/** The action `poll`: asks whether the state has changed. */
export const poll = <T extends string>(step: T) => z.strictObject({ step: z.literal(step), action: z.literal('poll') });

/** The properties that every `submit` has. The action is optional. */
export const submit = <T extends string>(step: T) => ({
  step: z.literal(step),
  action: z.literal('submit').optional(),
});

/** The action `resend`: requests another code, which replaces the previous one. It costs no attempt. */
export const resend = <T extends string>(step: T) =>
  z.strictObject({ step: z.literal(step), action: z.literal('resend') });

/** The properties of every step that asks for a code that was sent to the user. */
export const sentCode = {
  /** The masked phone number or email address to which the code was sent. */
  to: z.string(),
  /** The number of digits of a code. */
  digits: z.int(),
  /** From this instant, `resend` is accepted. */
  resendAt: Instant,
  /** `true`: no code was sent, because a sending limit was reached. */
  unsent: z.literal(true).optional(),
};
