import { newRowId } from '../../crypto/tokens.ts';
import { accountOf } from '../../flow/effects/factor-counted.ts';
import type { Facts } from '../../flow/rules/facts.ts';
import {
  type Accepted,
  accepted,
  type Effect,
  type Refused,
  refused,
  type StepContext,
  type Verdict,
} from '../../flow/rules/step-definition.ts';
import { addChallenge, type ChallengeKey, challengesOf, spendChallenge } from '../../store/challenges.ts';
import type { Tx } from '../../store/database.ts';
import type { ChallengeRow } from '../../store/schema.ts';
import type { CodeChannel, Destination } from './channel.ts';
import {
  hashDestination,
  hashSentCode,
  isDestination,
  isLiveChallenge,
  isSentCode,
  newSentCode,
  resendWait,
  SENT_CODE_LIFETIME_MS,
  SENT_DIGITS,
} from './code.ts';

/** The fact `challenge` of a code that is sent, as JSON. It holds neither the code nor the whole destination. */
interface SentFact {
  /** The step that asks for the code. */
  step: CodeChannel['step'];
  /** The masked destination. */
  to: string;
  /** The challenge; absent if none was made, because of a sending limit. */
  id?: string;
  /** In ms since the epoch: when a code may be requested, if none was sent. */
  retryAt?: number;
}

function factOf({ challenge }: Facts, { step }: CodeChannel): SentFact | undefined {
  if (challenge === undefined || !challenge.value.startsWith('{')) return undefined;
  const fact = JSON.parse(challenge.value) as SentFact;
  return fact.step === step ? fact : undefined;
}

/**
 * Whether a code was requested for the step. An expired code stays prepared: a page that is reloaded must not cause another
 * message, so the user asks for it.
 */
export function isCodePrepared(facts: Facts, channel: CodeChannel): boolean {
  return factOf(facts, channel) !== undefined;
}

/**
 * Sends a code when its step is reached, with challenge and message in one transaction. A valid code of this flow is not sent
 * again, however often the user leaves the step and returns. At a sending limit the step is shown all the same, because it
 * has the other ways to log in (R28, R91).
 */
export async function prepareCode(context: StepContext, channel: CodeChannel): Promise<Accepted> {
  const { facts, now } = context;
  if (isCodePrepared(facts, channel)) return accepted(facts);
  const destination = await channel.destination(context);
  if (!destination) return withFact(context, channel, { to: '', retryAt: now + SENT_CODE_LIFETIME_MS });
  const { to } = destination;
  const newest = await newestTo(context, channel, destination);
  if (newest && isLiveChallenge(newest, now)) return withFact(context, channel, { to, id: newest.id });
  const wait = await waitFor(context, channel, destination, newest);
  if (wait !== undefined) return withFact(context, channel, { to, retryAt: now + wait * 1000 });
  return send(context, channel, destination, newest, () => true);
}

/** Sends another code, which voids the previous one. It costs no attempt and resets no failure (R19). */
export async function resendCode(context: StepContext, channel: CodeChannel): Promise<Verdict> {
  const destination = await channel.destination(context);
  if (!destination) return refused('not-allowed', false);
  const newest = await newestTo(context, channel, destination);
  const retryAfter = await waitFor(context, channel, destination, newest);
  if (retryAfter !== undefined) {
    return { outcome: 'refused', refusal: { code: 'throttled', retryAfter }, counts: false };
  }
  return send(context, channel, destination, newest, () => false);
}

/** The part of the view of a step that asks for a sent code. */
export async function describeCode(
  context: StepContext,
  channel: CodeChannel,
): Promise<{ to: string; digits: number; resendAt: string; unsent?: true }> {
  const fact = factOf(context.facts, channel);
  if (!fact) throw new Error(`The step ${channel.step} requires the fact challenge, which is missing.`);
  const { to, id, retryAt = context.facts.challenge?.at ?? 0 } = fact;
  // A limit that was reached at the last moment leaves no row.
  const sent = (await challengesOf(context.read, keyOf(context, channel))).find((row) => row.id === id);
  const at = sent ? sent.last_sent_at + resendWait(sent.sent_count) : retryAt;
  return {
    ...{ to, digits: SENT_DIGITS, resendAt: new Date(at).toISOString() },
    ...(sent ? {} : { unsent: true as const }),
  };
}

/**
 * Judges a normalised code. A code that was correct once, and is used or expired or was replaced by a newer one, is refused
 * as such and is no guess.
 */
export async function judgeSentCode(
  code: string,
  context: StepContext,
  channel: CodeChannel,
): Promise<Refused | { outcome: 'matched'; id: string; spend: Effect }> {
  const { read, now, keyring } = context;
  const key = keyOf(context, channel);
  const destination = await channel.destination(context);
  const [found] = (await challengesOf(read, key)).filter((row) => isSentCode(code, row, keyring));
  if (!found) return refused('wrong-code');
  if (found.spent_at !== null) return refused('code-used', false);
  const isPresent = destination !== undefined && isDestination(destination.address, found, keyring);
  if (!isPresent || !isLiveChallenge(found, now)) return refused('code-expired', false);
  const { id } = found;
  return {
    outcome: 'matched',
    id,
    spend: { lost: 'code-used', apply: (tx) => spendChallenge(tx, { ...key, id, now }) },
  };
}

function keyOf({ flowId, facts }: StepContext, { step }: CodeChannel): ChallengeKey {
  return { flowId, accountId: accountOf(facts), method: step };
}

async function newestTo(
  context: StepContext,
  channel: CodeChannel,
  { address }: Destination,
): Promise<ChallengeRow | undefined> {
  const rows = await challengesOf(context.read, keyOf(context, channel));
  return rows.find((row) => isDestination(address, row, context.keyring));
}

/** The seconds until a code may be sent: after the wait of this flow, and within the sending limits. */
async function waitFor(
  context: StepContext,
  channel: CodeChannel,
  destination: Destination,
  newest: ChallengeRow | undefined,
): Promise<number | undefined> {
  const until = newest ? newest.last_sent_at + resendWait(newest.sent_count) : 0;
  if (until > context.now) return Math.ceil((until - context.now) / 1000);
  return await channel.wait(context, destination);
}

/** @param atLimit whether the submission stands when a limit was reached after it was read */
function send(
  context: StepContext,
  channel: CodeChannel,
  destination: Destination,
  newest: ChallengeRow | undefined,
  atLimit: () => boolean,
): Accepted {
  const { random, now } = context;
  const id = newRowId(random, now);
  const code = newSentCode(random);
  const expiresAt = now + SENT_CODE_LIFETIME_MS;
  const message = { challengeId: id, code, expiresAt };
  const effect: Effect = {
    lost: 'throttled',
    async apply(tx) {
      if (!(await channel.count(tx, context, destination))) return atLimit();
      await store(tx, context, channel, { id, code, expiresAt, destination, sent: (newest?.sent_count ?? 0) + 1 });
      await channel.leave(tx, context, destination, message);
      return true;
    },
  };
  const { facts } = withFact(context, channel, { to: destination.to, id });
  return accepted(facts, [effect]);
}

async function store(
  tx: Tx,
  context: StepContext,
  channel: CodeChannel,
  made: { id: string; code: string; expiresAt: number; destination: Destination; sent: number },
): Promise<void> {
  const { now, facts, keyring } = context;
  const { flowId, accountId, method } = keyOf(context, channel);
  const owner = { id: made.id, flow_id: flowId, account_id: accountId, method };
  await addChallenge(tx, {
    ...owner,
    organisation_id: facts.organisation ?? '',
    destination_hash: hashDestination(made.destination.address, accountId, keyring),
    code_hash: hashSentCode(made.code, owner, keyring),
    created_at: now,
    expires_at: made.expiresAt,
    sent_count: made.sent,
    last_sent_at: now,
    voided_at: null,
    spent_at: null,
  });
}

function withFact({ facts, now }: StepContext, { step, method }: CodeChannel, fact: Omit<SentFact, 'step'>): Accepted {
  const value = JSON.stringify({ step, ...fact } satisfies SentFact);
  return accepted({ ...facts, challenge: { method, value, at: now } });
}
