import type { StepOf } from '@tweestap/client';
import { given } from './given.ts';
import { at, enroll, type Scenario, settled, type } from './scenario.ts';

const inFuture = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
const { number: _number, remember: _remember, ...withoutNumber } = { ...given.push, digits: 0 as const };
const codeOnScreen: StepOf<'enroll-push'> = {
  ...given['enroll-push'],
  actions: ['submit', 'poll', 'later', 'back', 'extend'],
  state: 'code',
  codeAt: 'screen',
  device: 'Chrome on Android',
};
/** The state ten seconds later. */
const patient = (scenario: Scenario): Scenario => {
  let later = 0;
  return {
    ...scenario,
    script: { ...scenario.script, now: () => Date.now() + later },
    act: async (element) => {
      await scenario.act?.(element);
      later = 10_000;
      element.requestUpdate();
      await element.updateComplete;
    },
  };
};

/** The states of approvals on a phone, by name. */
export const pushStates: Record<string, Scenario> = {
  push: at(given.push),
  'push-patience': patient(at(given.push)),
  'push-two': at({ ...given.push, digits: 2, number: '47', resendAt: inFuture(20) }),
  'push-yes': at(withoutNumber),
  'push-approved': at({ ...given.push, state: 'approved' }),
  'push-denied': at({ ...withoutNumber, digits: 6, state: 'denied' }),
  'push-expired': at({ ...withoutNumber, digits: 6, state: 'expired' }),
  'push-stopped': at({ ...withoutNumber, actions: ['poll', 'switch', 'back', 'extend'], digits: 6, state: 'stopped' }),
  'push-stopped-while': at({
    ...withoutNumber,
    actions: ['poll', 'switch', 'back', 'extend'],
    digits: 6,
    state: 'stopped',
    resendAt: inFuture(240),
  }),
  'enroll-push': enroll(given['enroll-push']),
  'enroll-push-sms': enroll({
    ...given['enroll-push'],
    state: 'code',
    codeAt: 'phone',
    channel: 'sms',
    to: '+31 •• ••• ••78',
    device: 'Chrome on Android',
  }),
  'enroll-push-factor': enroll({ ...given['enroll-push'], state: 'code', codeAt: 'phone' }),
  'enroll-push-screen': enroll(codeOnScreen),
  'enroll-push-screen-wrong': {
    ...enroll(codeOnScreen, { responses: [codeOnScreen, { refuse: { code: 'wrong-code' }, step: codeOnScreen }] }),
    act: async (element) => {
      await settled(element);
      type(element, 'code', '123456');
      await settled(element);
    },
  },
  'enroll-push-linked': enroll({ ...given['enroll-push'], state: 'linked' }),
};
