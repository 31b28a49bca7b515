import { newRowId, toBase64Url } from '../crypto/tokens.ts';
import {
  type Accepted,
  accepted,
  type Effect,
  effect,
  refused,
  type StepContext,
  type StepDefinition,
  without,
} from '../flow/rules/step-definition.ts';
import { newCode } from '../push/link-device.ts';
import { openNumber, sealNumber } from '../push/request.ts';
import {
  addPushRequest,
  endExpiredPushRequest,
  getPushRequest,
  isApprovalValid,
  pushStop,
  spendPushRequest,
} from '../store/push/push-requests.ts';
import type { PushRequestRow } from '../store/push-tables.ts';
import { signal, signalHere } from '../store/signals.ts';

/** In ms: how long a request can be answered. */
const LIFE_MS = 2 * 60_000;
/** In ms: when the screen proposes another request, because the first one may not have arrived (W6). */
const RESEND_AFTER_MS = 10_000;
const CHALLENGE_BYTES = 32;

/** The digits that the phone asks for, by `policy.push.match`. */
const DIGITS = { 'six-digits': 6, 'two-digits': 2, yes: 0 } as const;
type Digits = (typeof DIGITS)[keyof typeof DIGITS];

/** `Proof.how` of approvals at the lower level. */
const HOW: Readonly<Record<Digits, string | undefined>> = { 6: undefined, 2: 'two-digits', 0: 'yes' };

/** Asks for the approval of the login on a linked phone (W2). */
export const push: StepDefinition<'push'> = {
  answers: ['poll', 'resend'],
  audited: 'push',
  isPrepared: ({ facts }) => facts.challenge?.method === 'push',
  async prepare(context) {
    return context.facts.challenge?.method === 'push' ? accepted(context.facts) : await requested(context);
  },
  async present(context) {
    const { baseUrl, kind, facts, order } = context;
    const { policy } = await context.organisation();
    const { id, at } = challengeOf(context);
    const row = await ownRequest(context, id);
    const shown = await stateOf(context, row);
    const digits = (row?.digits ?? (await digitsOf(context))) as Digits;
    const duration = kind === 'login' && digits === 6 ? facts.rememberFor : undefined;
    return {
      type: 'push',
      ...(shown.state === 'pending' && row && digits > 0 ? { number: openNumber(context.keyring, row) } : {}),
      digits,
      expiresAt: new Date(row?.expires_at ?? at).toISOString(),
      ...shown,
      approveUri: `${baseUrl}/approve#mfa-request=${id}`,
      ...(duration !== undefined && duration !== 'never' ? { remember: { for: duration } } : {}),
      methods: order.otherMethods(context, policy, 'push'),
    };
  },
  // A signature can't be guessed, so it needs no lock. The budget bounds how many requests an address sends.
  async spends({ action }) {
    return action === 'resend' ? { spending: 'code' } : undefined;
  },
  offers: (action, { state }) => action !== 'resend' || (state !== 'stopped' && state !== 'approved'),
  async verify(answer, context) {
    const row = await ownRequest(context, challengeOf(context).id);
    if (answer.action === 'resend') {
      const { state } = await stateOf(context, row);
      if (state === 'stopped' || state === 'approved') return refused('not-allowed', false);
      return { ...accepted(without(context.facts, 'challenge')), proves: false };
    }
    if (row?.state === 'approved' && !isApproved(row, context)) {
      // R86: an approval that was found too old stays so when the clock is set back.
      const effects = [effect((tx) => endExpiredPushRequest(tx, row.id, context.now))];
      return { ...refused('code-used', false), effects };
    }
    if (row?.state !== 'approved' || row.device_id === null) return { ...accepted(context.facts), proves: false };
    const { facts, flowId, kind, now } = context;
    const how = HOW[row.digits as Digits];
    const factor = { method: 'push', id: row.device_id, at: now, ...(how === undefined ? {} : { how }) } as const;
    const isTicked =
      answer.remember === true && kind === 'login' && how === undefined && facts.rememberFor !== undefined;
    const remember = isTicked && facts.rememberFor ? { remember: facts.rememberFor } : {};
    // R20: the approval is used by its own flow, once.
    const spend = (tx: Parameters<typeof spendPushRequest>[0]) => spendPushRequest(tx, { id: row.id, flowId, now });
    return accepted({ ...without(facts, 'challenge'), factor, ...remember }, [{ lost: 'code-used', apply: spend }]);
  },
};

function challengeOf({ facts }: StepContext): { id: string; at: number } {
  if (facts.challenge?.method !== 'push')
    throw new Error('The step push requires the fact challenge, which is missing.');
  return { id: facts.challenge.value, at: facts.challenge.at };
}

/** The request of this flow; undefined when none was sent, because requests were stopped. */
async function ownRequest({ read, flowId }: StepContext, id: string): Promise<PushRequestRow | undefined> {
  const row = await getPushRequest(read, id);
  return row?.flow_id === flowId ? row : undefined;
}

/** Whether a phone has approved the request, and the flow can still use the approval. */
function isApproved(row: PushRequestRow | undefined, { now }: Pick<StepContext, 'now'>): boolean {
  return row?.state === 'approved' && isApprovalValid(row.answered_at, now);
}

type Shown = { state: 'pending' | 'approved' | 'denied' | 'expired' | 'stopped'; resendAt?: string };

async function stateOf({ read, facts, now }: StepContext, row: PushRequestRow | undefined): Promise<Shown> {
  const instant = (at: number) => ({ resendAt: new Date(at).toISOString() });
  if (isApproved(row, { now })) return { state: 'approved' };
  if (row?.state === 'pending' && now < row.expires_at) {
    return { state: 'pending', ...instant(row.created_at + RESEND_AFTER_MS) };
  }
  const stop = await pushStop(read, facts.person?.id ?? '', now);
  if (stop) return { state: 'stopped', ...(stop.until === undefined ? {} : instant(stop.until)) };
  return { state: row?.state === 'denied' ? 'denied' : 'expired' };
}

/**
 * The digits of a new request. A plain 'yes' and two digits are for logins only: a step-up, a change of factors and new
 * recovery codes always ask for six (D2).
 */
async function digitsOf(context: StepContext): Promise<Digits> {
  const { kind, facts } = context;
  const { policy } = await context.organisation();
  return kind === 'login' && facts.codesDue === undefined ? DIGITS[policy.push.match] : DIGITS['six-digits'];
}

/** Creates a request with a challenge and a number, unless requests are stopped (R21). */
async function requested(context: StepContext): Promise<Accepted> {
  const { facts, flowId, now, random, keyring, address, browser, baseUrl } = context;
  const { person, organisation = '' } = facts;
  if (!person) throw new Error('A push was requested before the user was known.');
  const id = newRowId(random, now);
  const digits = await digitsOf(context);
  const place = { id, account_id: person.id, flow_id: flowId };
  const row: PushRequestRow = {
    ...place,
    organisation_id: organisation,
    challenge: toBase64Url(random(CHALLENGE_BYTES)),
    sealed: sealNumber(keyring, place, digits === 0 ? '' : newCode(random, digits)),
    digits,
    // An address that is not checked could name any website on the phone.
    portal: new URL((await context.returnTo()) ?? baseUrl).host,
    ...{ browser, address },
    created_at: now,
    expires_at: now + LIFE_MS,
    state: 'pending',
    answered_at: null,
    device_id: null,
  };
  const add: Effect = {
    lost: 'internal',
    first: true,
    apply: async (tx) => {
      if (!(await addPushRequest(tx, row))) return true;
      signal(tx, `phone.${person.id}`);
      signalHere(tx, `wake.${id}`);
      return true;
    },
  };
  return accepted({ ...facts, challenge: { method: 'push', value: id, at: now } }, [add]);
}
