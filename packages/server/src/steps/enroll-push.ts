import { hashToken, newRowId, newToken } from '../crypto/tokens.ts';
import { bindFactor, withEnrolled } from '../flow/effects/bind-factor.ts';
import {
  type Accepted,
  accepted,
  type Effect,
  effect,
  refused,
  type StepContext,
  type StepDefinition,
  type Verdict,
  without,
} from '../flow/rules/step-definition.ts';
import { factorOf } from '../push/bind-device.ts';
import { codeCounterKey, isCode, MAX_CODES } from '../push/confirm-device.ts';
import {
  confirmPushDevice,
  deletePushDevice,
  findPushLink,
  insertPushLink,
  pushDeviceOfFlow,
  takeConfirmedDevice,
} from '../store/push/push-links.ts';
import type { PushDeviceRow } from '../store/push-tables.ts';

/** In ms: how long a shown link can be used. */
const LINK_LIFE_MS = 15 * 60_000;

/** Links a phone: shows a link as a QR code, and binds the phone once its code is confirmed (W1). */
export const enrollPush: StepDefinition<'enroll-push'> = {
  answers: ['submit', 'poll', 'resend'],
  audited: 'enroll-push',
  isPrepared: async (context) => (await openLink(context)) !== undefined,
  async prepare(context) {
    return (await openLink(context)) ? accepted(context.facts) : offered(context);
  },
  async present(context) {
    const link = await openLink(context);
    if (!link) throw new Error('The step enroll-push requires the fact enrolment, which is missing.');
    const { token, device, expiresAt } = link;
    return {
      type: 'enroll-push',
      uri: `${context.baseUrl}/approve#mfa-push=${token}`,
      ...stateOf(device),
      expiresAt: new Date(expiresAt).toISOString(),
    };
  },
  offers: (action, { codeAt }) => action !== 'submit' || codeAt === 'screen',
  /** The code that the phone shows: at most five attempts for a phone, which is dropped then. */
  async counted(context, { action }) {
    const device = action === 'poll' || action === 'resend' ? undefined : (await openLink(context))?.device;
    if (device?.channel !== 'screen' || device.confirmed_at !== null) return undefined;
    return {
      key: codeCounterKey(device.id, context.now),
      by: 'push-code',
      hardLimit: MAX_CODES,
      tells: true,
      atHardLimit: () => ({ facts: context.facts, effects: [effect((tx) => deletePushDevice(tx, device.id))] }),
    };
  },
  // A code is sent for each link that a phone opens, so the links have the budget of requested emails (R93).
  async spends({ action }) {
    return action === 'resend' ? { spending: 'mail' } : undefined;
  },
  async verify(answer, context) {
    const { facts } = context;
    const device = (await openLink(context))?.device;
    if (answer.action === 'resend') return renewed(context, device);
    if (answer.action === 'poll') {
      return device?.confirmed_at ? await linked(context, device) : { ...accepted(facts), proves: false };
    }
    if (device?.channel !== 'screen' || device.confirmed_at !== null) return refused('not-allowed', false);
    if (!isCode(context, device, answer.code)) return refused('wrong-code');
    const confirm: Effect = { lost: 'link-expired', apply: (tx) => confirmPushDevice(tx, device.id, context.now) };
    return await linked(context, device, [confirm]);
  },
};

interface OpenLink {
  token: string;
  /** ms since the epoch. */
  expiresAt: number;
  /** The phone that used the link. */
  device: PushDeviceRow | undefined;
}

/** The link that the flow shows, with its phone. Undefined when a new one is needed. */
async function openLink({ facts, flowId, keyring, read, now }: StepContext): Promise<OpenLink | undefined> {
  const { enrolment } = facts;
  if (enrolment?.method !== 'push') return undefined;
  const device = await pushDeviceOfFlow(read, flowId);
  const isLive = device && device.expires_at > now && (device.confirmed_at !== null || device.tries < MAX_CODES);
  const token = Buffer.from(keyring.open(enrolment.secret, binding(flowId, enrolment.factorId))).toString('utf8');
  const expiresAt = enrolment.at + LINK_LIFE_MS;
  if (isLive) return { token, expiresAt, device };
  const row = await findPushLink(read, hashToken(token));
  const isUsable = row && row.device_id === null && row.voided_at === null && now < row.expires_at;
  return isUsable ? { token, expiresAt, device: undefined } : undefined;
}

const binding = (flowId: string, linkId: string): string[] => ['enroll-push', flowId, linkId];

/** Makes the link once and seals it to the flow, so that a reload shows the same one. */
function offered({ facts, flowId, keyring, random, now }: StepContext): Accepted {
  const { person, organisation = '' } = facts;
  if (!person) throw new Error('An enrolment began before the user was known.');
  const id = newRowId(random, now);
  const token = newToken(random);
  const row = {
    id,
    token_hash: hashToken(token),
    organisation_id: organisation,
    account_id: person.id,
    flow_id: flowId,
    device_id: null,
    created_at: now,
    expires_at: now + LINK_LIFE_MS,
    voided_at: null,
  };
  const secret = keyring.seal(token, binding(flowId, id));
  const enrolment = { factorId: id, secret, at: now, method: 'push' } as const;
  return accepted({ ...facts, enrolment }, [effect((tx) => insertPushLink(tx, row))]);
}

function stateOf(device: PushDeviceRow | undefined) {
  if (!device) return { state: 'waiting' } as const;
  const { name, channel, sent_to: to } = device;
  if (device.confirmed_at !== null) return { state: 'linked', device: name } as const;
  if (channel === 'screen') return { state: 'code', codeAt: 'screen', device: name } as const;
  const sent = channel === 'sms' || channel === 'mail' ? { channel } : {};
  return { state: 'code', codeAt: 'phone', ...sent, ...(to === null ? {} : { to }), device: name } as const;
}

/** Shows a new link, for a user whose link was used by another phone. */
function renewed({ facts }: StepContext, device: PushDeviceRow | undefined): Verdict {
  if (device?.confirmed_at) return refused('not-allowed', false);
  const drop = device ? [effect((tx) => deletePushDevice(tx, device.id))] : [];
  return { ...accepted(without(facts, 'enrolment'), drop), proves: false };
}

/** Binds the phone and its TOTP secret in the transaction of the flow (R11). */
async function linked(context: StepContext, device: PushDeviceRow, before: Effect[] = []): Promise<Accepted> {
  const { facts, flowId, now } = context;
  const { policy } = await context.organisation();
  const factor = factorOf(device, context);
  const take: Effect = {
    lost: 'link-expired',
    apply: (tx) => takeConfirmedDevice(tx, { id: device.id, flowId, now }),
  };
  const effects = [...before, take, ...bindFactor(context, policy, factor)];
  return accepted(withEnrolled(without(facts, 'enrolment'), factor, now), effects);
}
