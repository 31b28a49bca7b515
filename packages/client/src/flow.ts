import type { Input, InputOf, Kind, StepOf, StepType, Flow as WireFlow } from '@tweestap/protocol';
import { callListener, type FlowState, shownOf } from './flow-state.ts';
import { MfaProblem } from './problem.ts';
import type { Resume } from './resume.ts';
import type { Answer, Call, ServerClock, Transport } from './transport.ts';

/** Called after each change of a flow's state. */
export type FlowListener = (state: StateOf, flow: Flow) => void;

/** The state of a flow, with its step. */
type StateOf<T extends StepType = StepType> = FlowState & { readonly step: StepOf<T> };

/** What may be sent at step `T`: one input, or a list that begins with one and answers the steps that follow. */
export type Submission<T extends StepType> = InputOf<T> | readonly [InputOf<T>, ...Input[]];

/** One attempt of one user to get somewhere. The server owns the order of its steps. */
export interface Flow<out T extends StepType = StepType> {
  readonly id: string;
  readonly kind: Kind;
  readonly status: WireFlow['status'];
  /** The step that is asked for now. */
  readonly step: StepOf<T>;
  /** Where the flow is, and the step that is shown. */
  readonly state: StateOf<T>;
  /** Why the last input was refused or the last call failed. */
  readonly problem: MfaProblem | undefined;
  readonly organisation: WireFlow['organisation'];
  /** RFC 3339. */
  readonly expiresAt: string;
  /** RFC 3339, the server's time of the last answer. */
  readonly serverTime: string;
  /** Milliseconds that the server's clock is ahead of the local one (> 0) or behind it (< 0), as measured. */
  readonly clockOffset: number;
  /** The server's time now, in milliseconds since the epoch. */
  now(): number;
  /** Narrows the flow to a step, and `submit` to the inputs of that step. */
  is<S extends StepType>(type: S): this is Flow<S>;
  /**
   * Answers the step. Resolves with this flow, its next step in `step`.
   * @throws {MfaProblem} a refusal (after `step` was updated), the end of the flow, or a failure
   */
  submit(input: Submission<T>): Promise<Flow>;
  /** Asks the server where the flow stands. @throws {MfaProblem} */
  refresh(): Promise<Flow>;
  /** Ends the flow, here at once and then on the server. @throws {MfaProblem} when the server cannot be reached */
  cancel(): Promise<void>;
  /** Calls the listener after each change of `state`, until the returned function is called. */
  subscribe(listener: FlowListener): () => void;
}

/** What a flow is made of. */
export interface FlowParts {
  wire: WireFlow;
  token: string;
  problem?: MfaProblem | undefined;
  transport: Transport;
  resume: Resume;
  clock: ServerClock;
}

/** The flow of an answer; what is not one is an `unexpected-answer`. */
export const flowOf = (body: unknown): WireFlow => {
  const flow = (body as { flow?: WireFlow } | undefined)?.flow;
  if (typeof flow?.id !== 'string' || typeof flow.step?.type !== 'string') throw new MfaProblem('unexpected-answer');
  return flow;
};

export class RunningFlow implements Flow {
  readonly #parts: FlowParts;
  readonly #listeners = new Set<FlowListener>();
  #wire: WireFlow;
  #state: StateOf;
  /** Number of the newest call: the answers of older ones are stale and change nothing. */
  #call = 0;

  constructor(parts: FlowParts) {
    this.#parts = parts;
    this.#wire = parts.wire;
    this.#state = { name: 'step', step: parts.wire.step, problem: parts.problem };
    this.#keep();
  }

  get id() {
    return this.#wire.id;
  }
  get kind() {
    return this.#wire.kind;
  }
  get status() {
    return this.#wire.status;
  }
  get step() {
    return this.#wire.step;
  }
  get state() {
    return this.#state;
  }
  get problem() {
    return 'problem' in this.#state ? this.#state.problem : undefined;
  }
  get organisation() {
    return this.#wire.organisation;
  }
  get expiresAt() {
    return this.#wire.expiresAt;
  }
  get serverTime() {
    return this.#wire.serverTime;
  }
  get clockOffset() {
    return this.#parts.clock.offset;
  }

  now() {
    return this.#parts.clock.now();
  }

  is<S extends StepType>(type: S): this is Flow<S> {
    return this.step.type === type;
  }

  submit(input: Submission<StepType>): Promise<Flow> {
    return this.#run({ method: 'POST', body: { inputs: Array.isArray(input) ? input : [input] } });
  }

  refresh(): Promise<Flow> {
    return this.#run({ method: 'GET' });
  }

  async cancel(): Promise<void> {
    this.#call += 1;
    this.#parts.resume.drop(this.id);
    this.#set({ name: 'idle' });
    try {
      await this.#send({ method: 'DELETE' });
    } catch (error) {
      if ((error as MfaProblem).kind !== 'ended') throw error;
    }
  }

  subscribe(listener: FlowListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #send(call: Omit<Call, 'path' | 'token'>): Promise<Answer> {
    return this.#parts.transport({ ...call, path: `/flows/${encodeURIComponent(this.id)}`, token: this.#parts.token });
  }

  async #run(request: Omit<Call, 'path' | 'token'>): Promise<Flow> {
    this.#call += 1;
    const call = this.#call;
    this.#set({ name: 'busy', shown: shownOf(this.#state) });
    try {
      const answer = await this.#send(request);
      const wire = flowOf(answer.body);
      this.#parts.clock.measure(wire.serverTime, answer);
      if (call === this.#call) this.#adopt(wire);
    } catch (error) {
      if (call === this.#call) this.#refused(error as MfaProblem, request);
      throw error;
    }
    return this;
  }

  #adopt(wire: WireFlow, problem?: MfaProblem) {
    this.#wire = wire;
    this.#keep();
    this.#set({ name: 'step', problem });
  }

  #refused(problem: MfaProblem, request: Omit<Call, 'path' | 'token'>) {
    const wire = problem.problem?.flow;
    if (wire) return this.#adopt(wire, problem);
    if (problem.kind === 'ended') this.#parts.resume.drop(this.id);
    // What becomes of the repeated call is in the state.
    this.#set({ name: 'failed', problem, again: () => void this.#run(request).catch(() => undefined) });
  }

  /** An open flow can be resumed, one that is done can't. */
  #keep() {
    const { resume, token } = this.#parts;
    if (this.status === 'done') resume.drop(this.id);
    else resume.save({ id: this.id, token, kind: this.kind });
  }

  #set(state: FlowState) {
    this.#state = { ...state, step: this.step };
    for (const listener of this.#listeners) callListener(() => listener(this.#state, this));
  }
}
