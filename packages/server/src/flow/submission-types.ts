import type { StepType } from '@tweestap/protocol';
import type { EngineParts, Issued, RequestContext } from './engine-types.ts';
import type { OpenFlow } from './open-flow.ts';
import type { Refusal, StepContext } from './step-definition.ts';

/** What became of one input. */
export interface Applied {
  refusal?: Refusal;
  issued?: Issued;
  /** Another submission was first: the flow in hand is not the one that is stored. */
  stale?: true;
}

/** One input of a flow on its way: DESIGN §2, 'the life of one submission'. */
export interface Submission {
  parts: EngineParts;
  flow: OpenFlow;
  request: RequestContext;
  context: StepContext;
  step: StepType;
  /** It proves nothing: it goes to another step, or asks for another code. The audit has no event of its own for it. */
  moves?: boolean;
  /** A counter has this attempt: counters bound how many events of their own such attempts can leave (R93). */
  bounded?: boolean;
}
