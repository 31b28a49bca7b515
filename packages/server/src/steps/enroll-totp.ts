import { isName } from '../accounts/username.ts';
import { newRowId } from '../crypto/tokens.ts';
import { DEFAULT_DIGITS, normaliseCode, verifyTotp } from '../factors/totp/code.ts';
import { sealForPrevious, totpData } from '../factors/totp/factor.ts';
import { encodeSecret, newTotpSecret } from '../factors/totp/secret.ts';
import { authenticatorApps, otpauthUri, withoutColon } from '../factors/totp/uri.ts';
import { bindFactor, type NewFactor, withEnrolled } from '../flow/effects/bind-factor.ts';
import type { Facts } from '../flow/rules/facts.ts';
import {
  accepted,
  type Refused,
  refused,
  type StepContext,
  type StepDefinition,
  without,
} from '../flow/rules/step-definition.ts';

/** Enrolls an authenticator app: shows a new TOTP secret, and activates it after a correct code. */
export const enrollTotp: StepDefinition<'enroll-totp'> = {
  answers: ['submit'],
  audited: 'enroll-totp',
  isPrepared: ({ facts }) => isOwn(facts),
  /** Makes the secret once in a flow and seals it to that flow, so a reload shows the same secret (R61). */
  async prepare({ facts, flowId, keyring, random, now }) {
    if (isOwn(facts)) return accepted(facts);
    const factorId = newRowId(random, now);
    const secret = keyring.seal(newTotpSecret(random), binding(flowId, factorId));
    return accepted({ ...facts, enrolment: { factorId, secret, at: now } });
  },
  async present(context) {
    const { name } = await context.organisation();
    const { secret } = enrolmentOf(context);
    // The app shows the issuer above the code and the account below it (K6).
    const labels = { issuer: withoutColon(name), account: withoutColon(context.facts.person?.username ?? '') };
    const uri = otpauthUri({ secret, ...labels });
    return { type: 'enroll-totp', secret: encodeSecret(secret), uri, ...labels, apps: [...authenticatorApps] };
  },
  /** Attempts are not counted, because the step shows the secret and nothing is left to guess. */
  async verify(answer, context) {
    const { facts, now } = context;
    if (answer.name !== undefined && !isName(answer.name)) return refused('bad-name');
    const code = normaliseCode(answer.code, DEFAULT_DIGITS);
    if (code === null) return refused('wrong-code');
    const { secret, factorId } = enrolmentOf(context);
    const verdict = verifyTotp({ secret, lastStep: null, burntSteps: [], code, now });
    if (verdict.outcome === 'refused') return explained(verdict);
    const { policy } = await context.organisation();
    const owner = { id: factorId, account_id: facts.person?.id ?? '', organisation_id: facts.organisation ?? '' };
    const factor: NewFactor = {
      ...{ method: 'totp', factorId, name: answer.name },
      data: totpData(secret),
      // The time step of the confirming code is spent in the same transaction (R14).
      columns: { last_step: verdict.step, secret: sealForPrevious(secret, owner, context.keyring) },
    };
    return accepted(withEnrolled(without(facts, 'enrolment'), factor, now), bindFactor(context, policy, factor));
  },
};

/** Whether the enrolment that began is that of an authenticator app. */
function isOwn({ enrolment }: Facts): boolean {
  return enrolment !== undefined && enrolment.method === undefined;
}

function binding(flowId: string, factorId: string): string[] {
  return ['enroll-totp', flowId, factorId];
}

function enrolmentOf({ facts, flowId, keyring }: StepContext): { secret: Uint8Array; factorId: string } {
  if (!facts.enrolment) throw new Error('The step enroll-totp requires the fact enrolment, which is missing.');
  const { factorId, secret } = facts.enrolment;
  return { factorId, secret: keyring.open(secret, binding(flowId, factorId)) };
}

function explained(verdict: Extract<ReturnType<typeof verifyTotp>, { outcome: 'refused' }>): Refused {
  if (verdict.code === 'code-early') {
    return { outcome: 'refused', refusal: { code: verdict.code, retryAt: verdict.retryAt }, counts: false };
  }
  if (verdict.code !== 'clock-off') return refused(verdict.code);
  const { code, offBySeconds, hours } = verdict;
  const refusal = { code, offBySeconds, ...(hours === undefined ? {} : { offByHours: hours }) };
  return { outcome: 'refused', refusal, counts: true };
}
