import { z } from 'zod';
import { chooseMethod } from './choose-method.ts';
import { confirmPassword } from './confirm-password.ts';
import { done } from './done.ts';
import { email } from './email.ts';
import { enrollMethod } from './enroll-method.ts';
import { enrollOffer } from './enroll-offer.ts';
import { enrollPasskey } from './enroll-passkey.ts';
import { enrollPush } from './enroll-push.ts';
import { enrollSms } from './enroll-sms.ts';
import { enrollSmsNumber } from './enroll-sms-number.ts';
import { enrollTotp } from './enroll-totp.ts';
import { identify } from './identify.ts';
import { locked } from './locked.ts';
import { mailSent } from './mail-sent.ts';
import { newPassword } from './new-password.ts';
import { organisation } from './organisation.ts';
import { passkey } from './passkey.ts';
import { password } from './password.ts';
import { push } from './push.ts';
import { recoveryCode } from './recovery-code.ts';
import { recoveryCodes } from './recovery-codes.ts';
import { sms } from './sms.ts';
import { totp } from './totp.ts';
import { username } from './username.ts';

/** The list of steps. Every union of the protocol is derived from it. */
const defined = {
  organisation,
  username,
  password,
  'choose-method': chooseMethod,
  passkey,
  push,
  totp,
  sms,
  email,
  'recovery-code': recoveryCode,
  'enroll-offer': enrollOffer,
  'confirm-password': confirmPassword,
  'enroll-method': enrollMethod,
  'enroll-push': enrollPush,
  'enroll-totp': enrollTotp,
  'enroll-passkey': enrollPasskey,
  'enroll-sms-number': enrollSmsNumber,
  'enroll-sms': enrollSms,
  'recovery-codes': recoveryCodes,
  identify,
  'mail-sent': mailSent,
  'new-password': newPassword,
  locked,
  done,
} as const;

type Steps = typeof defined;
type InputsOf<T extends keyof Steps> = Steps[T]['inputs'];

/** The type of a step, and the `step` of an input. */
export type StepType = keyof Steps;
/** The step `T` as the server sends it. `back` is the step that the action `back` leads to, if it is allowed. */
export type StepOf<T extends StepType> = z.infer<Steps[T]['step']> & { back?: StepType };
/** An input for step `T`, with any of its actions. */
export type InputOf<T extends StepType> = T extends StepType
  ? { [A in keyof InputsOf<T>]: InputsOf<T>[A] extends z.ZodType ? z.infer<InputsOf<T>[A]> : never }[keyof InputsOf<T>]
  : never;
/** Any step; `type` distinguishes them. */
export type Step = { [T in StepType]: StepOf<T> }[StepType];
/** Any input; `step` and `action` distinguish them. */
export type Input = { [T in StepType]: InputOf<T> }[StepType];

const Back = z.enum(Object.keys(defined) as [StepType, ...StepType[]]).optional();

/** Each step with its schema and the schemas of its inputs. The schema of a step with the action `back` gets the property `back`. */
export const steps: Steps = Object.fromEntries(
  Object.entries(defined).map(([type, { step, inputs }]) => [
    type,
    { step: 'extend' in step && 'back' in inputs ? step.extend({ back: Back }) : step, inputs },
  ]),
) as unknown as Steps;
