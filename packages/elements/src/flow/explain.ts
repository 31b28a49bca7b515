import type { MfaProblem } from '@tweestap/client';
import { duration, inTime } from '../controls/times.ts';
import type { Key } from '../locales/messages.ts';
import type { Host } from '../view/host.ts';

const hour = 3600;

const clockOff = (host: Host, { offBySeconds = 0, offByHours }: NonNullable<MfaProblem['problem']>): string => {
  const { language } = host;
  const mend = host.text(offByHours ? 'clock.mend-zone' : 'clock.mend');
  if (offByHours)
    return `${host.text('clock.zone', { time: duration(language, Math.abs(offByHours) * hour) })} ${mend}`;
  const key = offBySeconds < 0 ? 'clock.behind' : 'clock.ahead';
  return `${host.text(key, { time: duration(language, roundMinutes(Math.abs(offBySeconds))) })} ${mend}`;
};

/** 'About': from a minute on, minutes to the nearest. */
const roundMinutes = (seconds: number): number => (seconds < 60 ? seconds : Math.round(seconds / 60) * 60);

const attempts = (host: Host, left: number | undefined): string => {
  if (left === undefined) return '';
  return ` ${host.text('problem.attempts', { count: left })}`;
};

/** A recovery code is on paper, so there is no next code to wait for. */
const onPaper: Readonly<Record<string, Key>> = {
  'wrong-code': 'problem.wrong-recovery-code',
  'code-used': 'problem.used-recovery-code',
  'code-expired': 'problem.expired-recovery-code',
};

/** The help desk's code for a new password: typed first, and used up when the password is set. */
const byHelpDesk: Readonly<Record<string, Key>> = {
  'wrong-code': 'problem.wrong-help-desk-code',
  'code-used': 'problem.used-help-desk-code',
  'code-expired': 'problem.expired-recovery-code',
};

const ofStep: Readonly<Partial<Record<string, Readonly<Record<string, Key>>>>> = {
  'recovery-code': onPaper,
  identify: byHelpDesk,
  'new-password': byHelpDesk,
};

const keyOf = (host: Host, problem: MfaProblem): Key => {
  const own = ofStep[host.flow?.step.type ?? '']?.[problem.code];
  if (own) return own;
  if (problem.code === 'weak-password') return `problem.weak-${problem.problem?.reason ?? 'common'}`;
  return `problem.${problem.code}` as Key;
};

/** What is wrong and what to do, in the user's language. */
export const explain = (host: Host, problem: MfaProblem): string => {
  if (problem.is('clock-off') && problem.problem?.offBySeconds !== undefined) return clockOff(host, problem.problem);
  const time = inTime(host.language, problem.retryAfter ?? 1);
  const { step } = host.flow ?? {};
  const count = step?.type === 'new-password' ? step.minLength : 0;
  const text = host.text(keyOf(host, problem), { time, count });
  const id = problem.problem?.correlationId ?? problem.code;
  return (text || host.text('problem.other', { id })) + attempts(host, problem.problem?.attemptsLeft);
};
