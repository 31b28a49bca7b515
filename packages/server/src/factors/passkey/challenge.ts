import type { Facts } from '../../flow/rules/facts.ts';
import type { StepContext } from '../../flow/rules/step-definition.ts';

/** How long a challenge may be answered, in ms. R23 allows ten minutes. */
export const CHALLENGE_LIFE_MS = 5 * 60_000;
/** Bytes of a challenge; R23 requires 16. */
const CHALLENGE_BYTES = 32;

type Now = Pick<StepContext, 'facts' | 'now'>;

/** Creates the value of a challenge, base64url. */
export function newChallenge(random: StepContext['random']): string {
  return Buffer.from(random(CHALLENGE_BYTES)).toString('base64url');
}

/** Whether a time lies within the life of a challenge. After the clock was set back, no challenge is valid (R86). */
export function isFresh(at: number, now: number): boolean {
  return now >= at && now - at < CHALLENGE_LIFE_MS;
}

/** The challenge that may be answered now; undefined if there is none or it is too old. It is used once (R23). */
export function openChallenge({ facts: { challenge }, now }: Now): string | undefined {
  return challenge?.method === 'passkey' && isFresh(challenge.at, now) ? challenge.value : undefined;
}

/** The facts with a new challenge. An earlier one can't be answered any more. */
export function withChallenge(facts: Facts, { random, now }: Pick<StepContext, 'random' | 'now'>): Facts {
  return { ...facts, challenge: { method: 'passkey', value: newChallenge(random), at: now } };
}
