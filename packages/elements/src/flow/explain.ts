import type { MfaProblem } from '@tweestap/client';
import { anotherWay } from '../controls/another-way.ts';
import { duration, inTime } from '../controls/times.ts';
import type { Key } from '../locales/messages.ts';
import type { Host } from '../view/host.ts';
import { isOtherOrigin } from './warnings.ts';

const hour = 3600;

const clockOff = (host: Host, { offBySeconds = 0, offByHours }: NonNullable<MfaProblem['problem']>): string => {
  const { language } = host;
  const remedy = host.text(offByHours ? 'clock.mend-zone' : 'clock.mend');
  if (offByHours)
    return `${host.text('clock.zone', { time: duration(language, Math.abs(offByHours) * hour) })} ${remedy}`;
  const key = offBySeconds < 0 ? 'clock.behind' : 'clock.ahead';
  return `${host.text(key, { time: duration(language, roundMinutes(Math.abs(offBySeconds))) })} ${remedy}`;
};

/** Rounds a time of one minute or more to whole minutes. */
const roundMinutes = (seconds: number): number => (seconds < 60 ? seconds : Math.round(seconds / 60) * 60);

const attempts = (host: Host, left: number | undefined): string => {
  if (left === undefined) return '';
  return ` ${host.text('problem.attempts', { count: left })}`;
};

/** Texts for a refused recovery code. They do not mention a next code, because a recovery code is not replaced over time. */
const recoveryCodeKeys: Readonly<Record<string, Key>> = {
  'wrong-code': 'problem.wrong-recovery-code',
  'code-used': 'problem.used-recovery-code',
  'code-expired': 'problem.expired-recovery-code',
};

/** Texts for a refused help-desk code. It is entered at the step `identify` and used up when the new password is set. */
const helpDeskCodeKeys: Readonly<Record<string, Key>> = {
  'wrong-code': 'problem.wrong-help-desk-code',
  'code-used': 'problem.used-help-desk-code',
  'code-expired': 'problem.expired-recovery-code',
};

/** Texts for a passkey that was not created. The others are about a login. */
const creationKeys: Readonly<Record<string, Key>> = {
  'passkey-cancelled': 'problem.passkey-not-created',
  'passkey-timeout': 'problem.passkey-creation-timeout',
  'wrong-passkey': 'problem.refused-passkey',
};

/** Texts for a refused code that was sent. They do not mention an app, and a new code must be requested. */
const sentCodeKeys: Readonly<Record<string, Key>> = {
  'wrong-code': 'problem.wrong-sent-code',
  'code-used': 'problem.old-sent-code',
  'code-expired': 'problem.old-sent-code',
};

const keysByStep: Readonly<Partial<Record<string, Readonly<Record<string, Key>>>>> = {
  'recovery-code': recoveryCodeKeys,
  'enroll-passkey': creationKeys,
  'enroll-offer': creationKeys,
  sms: sentCodeKeys,
  email: sentCodeKeys,
  'enroll-sms': sentCodeKeys,
  identify: helpDeskCodeKeys,
  'new-password': helpDeskCodeKeys,
};

const keyOf = (host: Host, problem: MfaProblem): Key => {
  const own = keysByStep[host.flow?.step.type ?? '']?.[problem.code];
  if (own) return own;
  if (problem.problem?.unknown) return 'problem.unknown-passkey';
  if (problem.code === 'weak-password') return `problem.weak-${problem.problem?.reason ?? 'common'}`;
  // The browser does not say why a call to another origin failed. Without a connection it knows that.
  if (problem.is('network') && isOtherOrigin(host.element.api) && navigator.onLine) return 'problem.unreachable';
  return `problem.${problem.code}` as Key;
};

/** Whether another way helps. The text about a passkey that did not check the user names the way itself. */
const needsAnotherWay = (key: Key): boolean => key.includes('passkey') && key !== 'problem.unverified-passkey';

/** Returns a text in the element's language that says what is wrong and what to do. */
export const explain = (host: Host, problem: MfaProblem): string => {
  if (problem.is('clock-off') && problem.problem?.offBySeconds !== undefined) return clockOff(host, problem.problem);
  const time = inTime(host.language, problem.retryAfter ?? 1);
  const { step } = host.flow ?? {};
  const count = step?.type === 'new-password' ? step.minLength : 0;
  const key = keyOf(host, problem);
  const text = host.text(key, { time, count });
  const id = problem.problem?.correlationId ?? problem.code;
  const way = needsAnotherWay(key) ? anotherWay(host) : '';
  return (text || host.text('problem.other', { id })) + way + attempts(host, problem.problem?.attemptsLeft);
};
