import type { StepType } from '@tweestap/protocol';
import { fromBase32, otp, timeStepAt } from '../ledger/otp.ts';
import type { SentInput } from '../ledger/records.ts';
import { appsOf, type User } from '../ledger/users.ts';
import type { ShownStep } from '../ledger/wire.ts';
import { asserted, created } from '../settle/passkeys.ts';

/** What an input depends on. */
export interface Asked {
  /** The step that is shown. */
  step: ShownStep;
  /** The kind of the flow. */
  kind: string;
  /** The user whose credentials are used. */
  user: User;
  /** How correct the input is, from 0 (wrong) to 19 (correct). */
  good: number;
  /** ms since the epoch. */
  now: number;
  /** Returns a number that was not used before. */
  next(): number;
}

/** The input for each step: mostly correct, and wrong for low values of `good`. A missing step does not compile. */
const answers: { readonly [T in StepType]: (asked: Asked) => Omit<SentInput, 'step'> } = {
  organisation: ({ user }) => ({ organisation: user.organisation.id }),
  username: ({ user, step, good }) => {
    const isOffered = step.actions?.includes('passkey') === true && user.passkeys.length > 0;
    if (isOffered && good > 9) return { action: 'passkey', credential: asserted(user, step.passkey, false) };
    return { username: good === 1 ? user.username.toUpperCase() : user.username };
  },
  password: ({ user, good }) => ({ password: good === 0 ? 'a wrong password' : (user.password ?? 'there is none') }),
  'confirm-password': ({ user, good }) => ({
    password: good === 0 ? 'a wrong password' : (user.password ?? 'there is none'),
  }),
  'choose-method': ({ step, good }) => {
    const methods = step.methods as { method: string }[];
    return { method: good > 9 ? (methods[good % methods.length]?.method ?? 'totp') : 'recovery-code' };
  },
  push: ({ step, good }) => {
    if (good === 6 || step.state === 'stopped') return { action: 'switch', method: 'totp' };
    return good === 7 ? { action: 'resend' } : { action: 'poll', remember: good > 9 };
  },
  passkey: ({ user, step, good }) => {
    const credential = asserted(user, step.options, good === 0);
    return credential ? { credential, remember: good > 9 } : { action: 'switch', method: 'totp' };
  },
  totp: ({ user, good, now }) => ({ code: codeOf(user, good, now), remember: good > 9 }),
  sms: ({ user, good }) => ({ code: sentCodeOf(user, 'sms', good), remember: good > 9 }),
  email: ({ user, good }) => ({ code: sentCodeOf(user, 'email', good) }),
  'recovery-code': ({ user, good }) => ({ code: recoveryCodeOf(user, good) }),
  'enroll-offer': ({ step, good, next }) => {
    if (step.reason === 'passkey' && good > 15) {
      return { action: 'passkey', credential: created(step, { verifies: next() % 2 === 0, isWrong: false }) };
    }
    return { action: good < 7 ? 'later' : 'accept' };
  },
  'enroll-method': ({ step, good, next }) => {
    const methods = (step.methods as { method: string }[]).map(({ method }) => method);
    // Where there are text messages, the passkey is not the choice of the organisation.
    const own = methods.includes('sms') ? methods.filter((method) => method !== 'passkey') : methods;
    return { method: own[next() % 4 === 0 ? own.length - 1 : (good + next()) % own.length] };
  },
  'enroll-totp': ({ step, good, now, next }) => ({
    code: codeFor(String(step.secret), good === 0 ? now + 90_000 : now),
    name: `phone ${next()}`,
  }),
  // What the phone does comes first (`phones.ts`).
  'enroll-push': () => ({ action: 'poll' }),
  'enroll-passkey': ({ step, good, next }) => ({
    credential: created(step, { verifies: next() % 2 === 0, isWrong: good === 0 }),
    name: `key ${next()}`,
  }),
  'enroll-sms-number': ({ good, next }) => ({
    phoneNumber: good === 0 ? '020 123 4567' : `+316${String(10_000_000 + next()).slice(0, 8)}`,
  }),
  'enroll-sms': ({ user, good }) =>
    good === 1
      ? { action: 'change-number' }
      : good === 2
        ? { action: 'resend' }
        : { code: sentCodeOf(user, 'enroll-sms', good) },
  'recovery-codes': () => ({}),
  identify: ({ user, step, good }) => {
    if ((step.fields as string[]).includes('code')) {
      const code = good === 0 ? undefined : user.passwordCode?.code;
      return { username: user.username, code: code ?? 'AAAA-BBBB-CCCC-DDDD' };
    }
    const email = good === 0 ? 'a.stranger@elsewhere.example' : user.email;
    return (step.fields as string[]).includes('username') ? { username: user.username, email } : { email };
  },
  'mail-sent': () => ({ action: 'back', to: 'identify' }),
  'new-password': ({ user, good, next }) => ({
    password: good === 0 ? 'short' : good === 1 ? (user.password ?? 'short') : `a chosen sentence of number ${next()}`,
  }),
  locked: ({ step, good }) => {
    const mails = step.actions?.includes('unlock') === true;
    return mails && good > 3 ? { action: 'unlock', way: 'mail' } : { action: 'poll' };
  },
  done: () => ({}),
};

/** The steps for which the walk has an input. */
export const knownSteps = Object.keys(answers) as StepType[];

/** The input for a step that is shown. @throws Error for an unknown step */
export function answerTo(asked: Asked): SentInput {
  const { type } = asked.step;
  const answer = answers[type as StepType];
  if (!answer) throw new Error(`The walk has no input for the step "${type}": add it in answers.ts.`);
  return { step: type, ...answer(asked) };
}

const codeFor = (secret: string, now: number): string => otp(fromBase32(secret), timeStepAt(now));

/** The present code of the newest authenticator; for low values of `good`, of another time or of the previous one. */
export function codeOf(user: User, good: number, now: number): string {
  const apps = appsOf(user);
  const { secret } = apps.at(good === 1 ? -2 : -1) ?? apps.at(-1) ?? { secret: Buffer.alloc(20) };
  const off = { 0: 100, 2: 1, 3: -1, 4: -2, 5: 5 }[good] ?? 0;
  return otp(secret, timeStepAt(now) + off);
}

/** A used recovery code, an unspent one, or the help-desk code. */
function recoveryCodeOf({ codes, spentCodes, desk }: User, good: number): string {
  const used = spentCodes.at(-1) ?? 'AAAA-BBBB-CCCC';
  if (good < 5) return used;
  return (good > 12 ? desk?.code : undefined) ?? [...codes][0] ?? desk?.code ?? used;
}

/** The newest code that was sent to the user for a step; for a low value of `good` an older or a wrong one. */
function sentCodeOf({ sent }: User, step: string, good: number): string {
  const own = sent.filter((each) => each.step === step);
  return (good === 0 ? undefined : own.at(good === 1 ? -2 : -1)?.code) ?? '000000';
}
