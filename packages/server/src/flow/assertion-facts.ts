import type { Flow, Kind } from '@tweestap/protocol';
import type { Assurance } from '../sessions/sessions.ts';
import { getAccount } from '../store/accounts/accounts.ts';
import type { RequestContext, Submission } from './context.ts';
import type { Facts } from './rules/facts.ts';
import { FlowError } from './rules/step-definition.ts';

/**
 * The fact that the portal's server asks for an assertion of the result (R68). Its audience is the origin of the page that
 * starts the flow, which a page can't choose: the assertion of a phishing page is for that page, and no portal accepts it.
 * @throws FlowError `not-allowed`, with the reason
 */
export function factsOfNonce(
  { kind, nonce, client }: { kind: Kind; nonce: string | undefined; client: string | undefined },
  { origin, session, otherOrigin }: RequestContext,
): Pick<Facts, 'assertion'> {
  const refuse = (detail: string): never => {
    throw new FlowError('not-allowed', undefined, detail);
  };
  if (otherOrigin && kind !== 'login' && kind !== 'recover') {
    return refuse('A page on another origin starts only the kinds "login" and "recover".');
  }
  if (otherOrigin && kind === 'login' && nonce === undefined) {
    return refuse('A login on another origin ends in an assertion, and requires a "nonce" of the portal\'s server.');
  }
  if (nonce === undefined) return {};
  if (kind !== 'login' && kind !== 'step-up') {
    return refuse('A "nonce" is accepted only for the kinds "login" and "step-up", which end in an assertion.');
  }
  // R94: what a client earns is valid for its own session alone.
  const isOfClient = kind === 'step-up' && typeof session?.client === 'string';
  if (client !== undefined || isOfClient)
    return refuse('The login and the session of a client lead to no assertion: leave out "nonce" or "client".');
  if (origin === undefined) {
    return refuse('A "nonce" requires the header Origin, because the audience of the assertion follows from it.');
  }
  return { assertion: { nonce, audience: origin } };
}

/** Signs the assertion of a flow that ends with this assurance; undefined if none was asked for. */
export async function assertionOf(
  { parts, context }: Submission,
  facts: Facts,
  assurance: Assurance | undefined,
): Promise<string | undefined> {
  const { assertion, person, organisation = '' } = facts;
  if (!assertion || !assurance || !person) return undefined;
  const account = await getAccount(parts.database.read, organisation, person.id);
  // Without the account, the transaction that ends the flow is refused.
  return account && (await parts.signAssertion({ ...assertion, account, assurance, now: context.now }));
}

/** The finished flow with its assertion. Only the response to the last input has it, and its repetitions. */
export function withAssertion(flow: Flow, assertion: string | undefined): Flow {
  const { step } = flow;
  if (assertion === undefined || step.type !== 'done' || !('user' in step)) return flow;
  return { ...flow, step: { ...step, assertion } };
}
