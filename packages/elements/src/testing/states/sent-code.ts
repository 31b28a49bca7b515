import { given } from './given.ts';
import { at, begun, enroll, refused, type Scenario, settled } from './scenario.ts';

/** The states of codes by text message and email, by name. */
export const sentCodeStates: Record<string, Scenario> = {
  sms: at(given.sms),
  'sms-resend': at({ ...given.sms, resendAt: new Date(0).toISOString() }),
  'sms-wrong': refused(given.sms, 'code', '123456', { code: 'wrong-code', attemptsLeft: 3 }),
  'sms-old': refused(given.sms, 'code', '123456', { code: 'code-expired' }),
  'sms-unsent': at({ ...given.sms, unsent: true, resendAt: new Date(Date.now() + 5_400_000).toISOString() }),
  'sms-again': {
    ...at(given.sms, {
      responses: [
        { ...given.sms, resendAt: new Date(0).toISOString() },
        { ...given.sms, resendAt: new Date(Date.now() + 58_000).toISOString() },
      ],
    }),
    act: async (element) => {
      await begun(element);
      const links = [...(element.shadowRoot?.querySelectorAll<HTMLElement>('[part~=links] button') ?? [])];
      links[0]?.click();
      await settled(element);
    },
  },
  email: at(given.email),
  'choose-method-sms': at({
    ...given['choose-method'],
    methods: [{ method: 'totp' }, { method: 'sms', to: '+31 •• ••• ••78' }, { method: 'recovery-code' }],
  }),
  'totp-sms': at({ ...given.totp, methods: [{ method: 'sms', to: '+31 •• ••• ••78' }, { method: 'recovery-code' }] }),
  'enroll-method-sms': at({
    ...given['enroll-method'],
    methods: [
      { method: 'totp', recommended: true, note: 'Kost niets, en werkt ook zonder netwerk.' },
      { method: 'sms', note: 'Werkt ook op een telefoon zonder internet.' },
    ],
  }),
  'enroll-sms-number': at(given['enroll-sms-number']),
  'enroll-sms-number-wrong': refused(given['enroll-sms-number'], 'phone-number', '020 123 45 67', {
    code: 'bad-phone-number',
  }),
  'enroll-sms': enroll(given['enroll-sms']),
  'enroll-sms-wrong': refused(given['enroll-sms'], 'code', '123456', { code: 'wrong-code' }),
};
