import type { Input, Kind } from '@tweestap/protocol';
import type { ControllerOptions } from './controller-options.ts';
import type { Flow } from './flow.ts';
import type { Kept } from './kept.ts';
import { returnAddress } from './success.ts';

/** Kinds besides `login` that start with the step `organisation`, unless a link identifies the organisation. */
const ASKS_ORGANISATION: readonly Kind[] = ['recover', 'register', 'reset'];

/** What a new flow starts with. */
interface Start {
  /** The kind of the flow. */
  readonly kind: Kind;
  /** The token of the mailed link that it continues. */
  readonly link: string | undefined;
  /** The token of another system, which names organisation and user. */
  readonly handOver?: string | undefined;
  /** The names that the user entered. */
  readonly kept: Kept;
  /** The inputs of the user. */
  readonly inputs: readonly Input[];
}

/** Starts a flow, with the organisation as its first input if it is known and would be asked. @throws {MfaProblem} */
export const startFlow = (options: ControllerOptions, { kind, link, handOver, kept, inputs }: Start): Promise<Flow> => {
  const { client, organisation, begun } = options;
  if (begun && client.begun && kind === 'login') return client.begun();
  const id = organisation ?? kept.organisation?.id;
  const asks = (kind === 'login' && !handOver) || (ASKS_ORGANISATION.includes(kind) && !link);
  const known: Input[] =
    id && asks && inputs[0]?.step !== 'organisation' ? [{ step: 'organisation', organisation: id }] : [];
  return client.start(kind, {
    link,
    handOver,
    inputs: [...known, ...inputs],
    returnTo: returnAddress(options),
    // Only a login ends with an assertion.
    nonce: kind === 'login' ? options.assertionNonce : undefined,
  });
};
