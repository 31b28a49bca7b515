import { given } from './given.ts';
import { at, enroll, refused, type Scenario, settled, submitForm } from './scenario.ts';

const byMail = {
  ...given.locked,
  actions: ['poll', 'unlock', 'back'],
  ways: ['wait', 'helpdesk', 'mail', 'reset'],
} as const;

/** The states of recovery codes and locks, by name. */
export const recoveryStates: Record<string, Scenario> = {
  'recovery-code': at(given['recovery-code']),
  'recovery-code-wrong': refused(given['recovery-code'], 'recovery-code', 'AAAA-BBBB-CCCC', { code: 'wrong-code' }),
  'recovery-code-used': refused(given['recovery-code'], 'recovery-code', 'AAAA-BBBB-CCCC', { code: 'code-used' }),
  'recovery-code-over': refused(given['recovery-code'], 'recovery-code', 'AAAA-BBBB-CCCC', { code: 'code-expired' }),
  locked: at(given.locked),
  'locked-push': at({ ...given.locked, ways: ['wait', 'push', 'helpdesk'] }),
  'locked-codes': at({
    type: 'locked',
    actions: ['poll', 'switch', 'back', 'extend'],
    ways: ['helpdesk'],
    methods: [{ method: 'recovery-code' }],
  }),
  'locked-stopped': at({ type: 'locked', actions: ['poll', 'back', 'extend'], ways: ['helpdesk', 'reset'] }),
  'locked-mail': at({ ...byMail, actions: [...byMail.actions], ways: [...byMail.ways] }),
  'locked-mailed': at({ ...byMail, actions: [...byMail.actions], ways: [...byMail.ways], mailed: true }),
  'recovery-codes': enroll(given['recovery-codes']),
  'recovery-codes-again': at({ ...given['recovery-codes'], actions: ['submit', 'later', 'extend'] }),
  'recovery-codes-question': {
    ...enroll(given['recovery-codes']),
    act: async (element) => {
      await settled(element);
      submitForm(element);
      await element.updateComplete;
    },
  },
};
