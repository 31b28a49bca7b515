import { beginEnrolment, enrolmentOptions, finishEnrolment, isEnrolmentOpen } from '../factors/passkey/enroll.ts';
import { accepted, type StepDefinition } from '../flow/rules/step-definition.ts';

/** Enrolls a passkey. Attempts are not counted, because nothing is left to guess. */
export const enrollPasskey: StepDefinition<'enroll-passkey'> = {
  answers: ['submit'],
  audited: 'enroll-passkey',
  isPrepared: isEnrolmentOpen,
  async prepare(context) {
    return accepted(isEnrolmentOpen(context) ? context.facts : await beginEnrolment(context));
  },
  async present(context) {
    return { type: 'enroll-passkey', options: await enrolmentOptions(context) };
  },
  async verify({ credential, name }, context) {
    return await finishEnrolment({ credential, name, isConditional: false }, context);
  },
};
