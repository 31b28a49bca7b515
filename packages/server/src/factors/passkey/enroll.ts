import type { PasskeyCreationOptions, PasskeyRegistration } from '@tweestap/protocol';
import { isName } from '../../accounts/username.ts';
import { newRowId } from '../../crypto/tokens.ts';
import { bindFactor, type NewFactor, withEnrolled } from '../../flow/effects/bind-factor.ts';
import type { Facts } from '../../flow/rules/facts.ts';
import {
  accepted,
  type Effect,
  refused,
  type StepContext,
  type Verdict,
  without,
} from '../../flow/rules/step-definition.ts';
import { isExternalIdTaken } from '../../store/factors/passkeys.ts';
import { isFresh, newChallenge } from './challenge.ts';
import { authenticatorName } from './factor.ts';
import { passkeysOf } from './prove.ts';
import { creationOptions, judgeRegistration, USER_HANDLE_BYTES } from './registration.ts';
import { relyingPartyOf } from './relying-party.ts';

/** What an enrolment needs until it is answered. It is sealed and bound to the flow. */
interface Pending {
  challenge: string;
  userHandle: string;
}

/** Whether the flow has a challenge for a new passkey that can still be answered. */
export function isEnrolmentOpen({ facts: { enrolment }, now }: Pick<StepContext, 'facts' | 'now'>): boolean {
  return enrolment?.method === 'passkey' && isFresh(enrolment.at, now);
}

/** The facts with a new challenge for a new passkey. */
export async function beginEnrolment(context: StepContext): Promise<Facts> {
  const { facts, flowId, keyring, random, now } = context;
  const [first] = await passkeysOf(context, facts.person?.id ?? '');
  const userHandle = first?.data.userHandle ?? Buffer.from(random(USER_HANDLE_BYTES)).toString('base64url');
  const factorId = newRowId(random, now);
  const pending: Pending = { challenge: newChallenge(random), userHandle };
  const secret = keyring.seal(JSON.stringify(pending), binding(flowId, factorId));
  return { ...facts, enrolment: { method: 'passkey', factorId, secret, at: now } };
}

/** The options for the browser. */
export async function enrolmentOptions(context: StepContext): Promise<PasskeyCreationOptions> {
  const { person } = context.facts;
  const { challenge, userHandle } = pendingOf(context);
  const user = { handle: userHandle, username: person?.username ?? '', name: person?.name };
  const existing = await passkeysOf(context, person?.id ?? '');
  return await creationOptions(await relyingPartyOf(context), user, { challenge, existing });
}

/**
 * Verifies a new passkey and enrolls it. Any answer uses up the challenge (R23).
 * @param answer.isConditional the browser created the passkey without asking
 */
export async function finishEnrolment(
  answer: { credential: PasskeyRegistration; name?: string | undefined; isConditional: boolean },
  context: StepContext,
): Promise<Verdict> {
  const { credential, name, isConditional } = answer;
  const { now } = context;
  if (name !== undefined && !isName(name)) return refused('bad-name', false);
  const again = { facts: await beginEnrolment(context) };
  if (!isEnrolmentOpen(context)) return { ...refused('passkey-expired', false), ...again };
  const { challenge, userHandle } = pendingOf(context);
  const relyingParty = await relyingPartyOf(context);
  const created = await judgeRegistration(credential, { challenge, relyingParty, userHandle, isConditional });
  if (!created) return { ...refused('wrong-passkey'), ...again };
  const { credentialId, signCount, how, data } = created;
  if (await isExternalIdTaken(context.read, 'passkey', credentialId)) return { ...refused('passkey-exists'), ...again };
  const factor: NewFactor = {
    ...{ method: 'passkey', factorId: context.facts.enrolment?.factorId ?? '', data },
    ...{ name, label: authenticatorName(data.aaguid), ...(how === undefined ? {} : { how }) },
    columns: { external_id: credentialId, sign_count: signCount },
  };
  const { policy } = await context.organisation();
  // WebAuthn L3 §7.1 step 26: no account has this credential.
  const unique: Effect = {
    lost: 'passkey-exists',
    apply: async (tx) => !(await isExternalIdTaken(tx, 'passkey', credentialId)),
  };
  const facts = withEnrolled(without(context.facts, 'enrolment'), factor, now);
  return accepted(facts, [unique, ...bindFactor(context, policy, factor)]);
}

function binding(flowId: string, factorId: string): string[] {
  return ['enroll-passkey', flowId, factorId];
}

function pendingOf({ facts, flowId, keyring }: StepContext): Pending {
  if (facts.enrolment?.method !== 'passkey') throw new Error('The step requires the enrolment of a passkey.');
  const { factorId, secret } = facts.enrolment;
  return JSON.parse(Buffer.from(keyring.open(secret, binding(flowId, factorId))).toString('utf8')) as Pending;
}
