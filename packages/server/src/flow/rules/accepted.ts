import { keyText } from '../../organisations/client-policy.ts';
import type { ClientProof, HandOverProof } from './facts.ts';
import type { StepPolicy } from './question.ts';

/* What the present policy accepts of proofs that programs gave: a client or another system. */

/** The client of the policy that the proof of a flow names, while the policy still accepts its key (R94). */
export function acceptedClient({ id, key, installation }: ClientProof, { clients = [] }: Pick<StepPolicy, 'clients'>) {
  const client = clients.find((each) => each.id === id);
  const isAccepted = installation ? client?.installations : client?.keys.some((each) => keyText(each) === key);
  return isAccepted ? client : undefined;
}

/**
 * What the hand-over of a flow proves by the present policy (K11): the password, or the second factor too. Undefined if the
 * policy no longer has the system or its key.
 */
export function acceptedHandOver(
  { issuer, key, proves }: HandOverProof,
  { handOver }: Pick<StepPolicy, 'handOver'>,
): HandOverProof['proves'] | undefined {
  const system = handOver?.find((each) => each.issuer === issuer);
  const isAccepted = system?.jwks === key || system?.keys.some((each) => keyText(each) === key);
  if (!system || !isAccepted) return undefined;
  return system.proves === 'factor' ? proves : 'password';
}
