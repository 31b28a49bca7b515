import type { Problem } from '@tweestap/client';
import { given } from './given.ts';
import { at, begun, enroll, refused, type Scenario, settled, type } from './scenario.ts';

const totpRefused = (refuse: Partial<Problem> & { code: Problem['code'] }, more = {}) =>
  refused(given.totp, 'code', '123456', refuse, more);

/** The states of codes from an app, by name. */
export const totpStates: Record<string, Scenario> = {
  totp: at(given.totp),
  'totp-wrong': totpRefused({ code: 'wrong-code', attemptsLeft: 3 }),
  'totp-used': totpRefused({ code: 'code-used' }),
  'totp-expired': totpRefused({ code: 'code-expired' }),
  'totp-early': totpRefused({ code: 'code-early', retryAt: new Date(Date.now() + 3_600_000).toISOString() }),
  'totp-clock': totpRefused({ code: 'clock-off', offBySeconds: -243 }),
  'totp-zone': totpRefused({ code: 'clock-off', offBySeconds: 7200, offByHours: 2 }),
  'totp-old': totpRefused({ code: 'old-authenticator' }),
  'totp-throttled': totpRefused({ code: 'throttled' }, { status: 429, retryAfter: 40 }),
  'totp-lost': {
    ...at(given.totp, { responses: [given.totp, 'lost'] }),
    act: async (element) => {
      await begun(element);
      type(element, 'code', '123456');
      await settled(element);
    },
  },
  'enroll-totp': enroll(given['enroll-totp']),
  'enroll-totp-open': {
    ...at(given['enroll-totp']),
    act: async (element) => {
      await begun(element);
      for (const details of element.shadowRoot?.querySelectorAll('details') ?? []) details.open = true;
    },
  },
  'enroll-totp-clock': refused(given['enroll-totp'], 'code', '123456', { code: 'clock-off', offBySeconds: 95 }),
};
