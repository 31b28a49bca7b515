import type { Input, InputOf, Kind, StepOf, StepType, Flow as WireFlow } from '@tweestap/protocol';
import { type Changes, createChanges } from './flow-changes.ts';
import { callListener, type FlowState, shownOf } from './flow-state.ts';
import type { LastLogin } from './last-login.ts';
import { type PasskeyOptions, passkeyInput, requestOf } from './passkey-input.ts';
import type { Passkeys } from './passkeys.ts';
import { asProblem, MfaProblem } from './problem.ts';
import type { Resume } from './resume.ts';
import type { ApiResponse, Call, ServerClock, Transport } from './transport.ts';
import type { Stream } from './transport-stream.ts';

/** Called after each change of a flow's state. */
export type FlowListener = (state: StateOf, flow: Flow) => void;

/** The state of a flow, with its step. */
type StateOf<T extends StepType = StepType> = FlowState & { readonly step: StepOf<T> };

/** What can be submitted at step `T`: one input, or a list that starts with one and continues with inputs for the next steps. */
export type Submission<T extends StepType> = InputOf<T> | readonly [InputOf<T>, ...Input[]];

/** One attempt of a user to reach a goal, such as a login. The server decides the order of its steps. */
export interface Flow<out T extends StepType = StepType> {
  /** The id of the flow. */
  readonly id: string;
  /** The goal of the flow, such as `login`. */
  readonly kind: Kind;
  /** Whether the flow is open or done. */
  readonly status: WireFlow['status'];
  /** The current step. */
  readonly step: StepOf<T>;
  /** The state of the flow, with the current step. */
  readonly state: StateOf<T>;
  /** Why the last input was refused or the last call failed. Undefined if neither happened. */
  readonly problem: MfaProblem | undefined;
  /** The organisation of the flow, once it is known. */
  readonly organisation: WireFlow['organisation'];
  /** When the flow expires (RFC 3339). */
  readonly expiresAt: string;
  /** The server's time in the last response (RFC 3339). */
  readonly serverTime: string;
  /** Measured difference between the server's clock and the local clock, in milliseconds. Positive if the server's clock is ahead. */
  readonly clockOffset: number;
  /** Returns the server's current time in milliseconds since the epoch. */
  now(): number;
  /** Returns whether the flow is at this step. Narrows `step`, and `submit` to the inputs of the step. */
  is<S extends StepType>(type: S): this is Flow<S>;
  /**
   * Submits an input for the current step. Resolves with this flow, with the next step in `step`.
   * @throws {MfaProblem} if the input is refused (`step` is up to date), if the flow has ended, or if the call fails
   */
  submit(input: Submission<T>): Promise<Flow>;
  /**
   * Performs the passkey's ceremony of the current step (`username`, `passkey`, `enroll-passkey` or `enroll-offer`) and submits the result.
   * @throws {MfaProblem} with a code that starts with `passkey-` if the ceremony fails; otherwise as `submit`
   */
  passkey(options?: PasskeyOptions): Promise<Flow>;
  /** Reads the flow from the server again. @throws {MfaProblem} */
  refresh(): Promise<Flow>;
  /**
   * Reports that the user may have continued the step on another device, as at `push`; then submit `poll`. The first report may
   * come at once. Ends when the server ends the connection. @throws {MfaProblem} if the flow has ended, the call fails, or the
   * signal has aborted
   */
  changes(signal: AbortSignal): AsyncIterable<void>;
  /** Ends the flow, immediately in the page and then on the server. @throws {MfaProblem} if the server can't be reached */
  cancel(): Promise<void>;
  /** Calls the listener after each change of `state`, until the returned function is called. */
  subscribe(listener: FlowListener): () => void;
}

/** What a `RunningFlow` needs. */
export interface FlowParts {
  /** The flow as the server sent it. */
  wire: WireFlow;
  /** The bearer token of the flow. */
  token: string;
  /** Why an input of the start was refused. */
  problem?: MfaProblem | undefined;
  /** Sends the requests. */
  transport: Transport;
  /** Reads the events of the flow. */
  stream: Stream;
  /** Resolves after the given number of milliseconds. */
  wait: (ms: number) => Promise<void>;
  /** Stores the flow for a reload. */
  resume: Resume;
  /** Notes that the flow has logged the user in. */
  lastLogin: LastLogin;
  /** The measured clock of the server. */
  clock: ServerClock;
  /** Performs the ceremonies. */
  passkeys: Passkeys;
}

/** Returns the flow in a response body. @throws {MfaProblem} `unexpected-answer` if there is none */
export const flowOf = (body: unknown): WireFlow => {
  const flow = (body as { flow?: WireFlow } | undefined)?.flow;
  if (typeof flow?.id !== 'string' || typeof flow.step?.type !== 'string') throw new MfaProblem('unexpected-answer');
  return flow;
};

/** The flow of a client. It is stored for a reload while it is open. */
export class RunningFlow implements Flow {
  readonly #parts: FlowParts;
  readonly #listeners = new Set<FlowListener>();
  readonly #changes: Changes;
  #wire: WireFlow;
  #state: StateOf;
  /** Number of the newest call. Responses to older calls are stale and change nothing. */
  #call = 0;

  constructor(parts: FlowParts) {
    this.#parts = parts;
    this.#wire = parts.wire;
    this.#changes = createChanges({ ...parts, path: this.#path });
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

  async passkey(options: PasskeyOptions = {}): Promise<Flow> {
    const { passkeys } = this.#parts;
    const call = this.#call;
    const input = await passkeyInput(passkeys, this.step, options).catch((error: unknown) => {
      const problem = asProblem(error);
      if (call === this.#call && !options.conditional) this.#set({ name: 'step', problem });
      throw problem;
    });
    // Another call has changed the step while the prompt was open, so the result belongs to a challenge that is gone.
    if (call !== this.#call) throw new MfaProblem('passkey-cancelled');
    return this.submit(input);
  }

  refresh(): Promise<Flow> {
    return this.#run({ method: 'GET' });
  }

  changes(signal: AbortSignal): AsyncIterable<void> {
    return this.#changes(signal);
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

  get #path(): string {
    return `/flows/${encodeURIComponent(this.id)}`;
  }

  #send(call: Omit<Call, 'path' | 'token'>): Promise<ApiResponse> {
    return this.#parts.transport({ ...call, path: this.#path, token: this.#parts.token });
  }

  async #run(request: Omit<Call, 'path' | 'token'>): Promise<Flow> {
    this.#call += 1;
    const call = this.#call;
    this.#set({ name: 'busy', shown: shownOf(this.#state) });
    try {
      const response = await this.#send(request);
      const wire = flowOf(response.body);
      this.#parts.clock.measure(wire.serverTime, response);
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
    if (problem.problem?.unknown) this.#signalUnknown(request);
    const wire = problem.problem?.flow;
    if (wire) return this.#adopt(wire, problem);
    if (problem.kind === 'ended') this.#parts.resume.drop(this.id);
    // `state` reports the outcome of the repeated call, so its rejection is ignored.
    this.#set({ name: 'failed', problem, again: () => void this.#run(request).catch(() => undefined) });
  }

  /** Reports to the browser that the server does not know the passkey of this request. */
  #signalUnknown({ body }: Omit<Call, 'path' | 'token'>) {
    const { inputs = [] } = (body ?? {}) as { inputs?: Input[] };
    const rpId = requestOf(this.step)?.rpId;
    for (const input of inputs)
      if (rpId && 'credential' in input) void this.#parts.passkeys.signalUnknown(rpId, input.credential.id);
  }

  /** Stores an open flow, so that it can be resumed, and removes a finished one. Notes a login. */
  #keep() {
    const { resume, lastLogin, token } = this.#parts;
    if (this.status !== 'done') return resume.save({ id: this.id, token, kind: this.kind });
    resume.drop(this.id);
    // With an assertion, the portal has a session of its own, which the API does not know.
    const { step } = this;
    if (step.type === 'done' && 'user' in step && !step.assertion) lastLogin.save({ returnTo: step.returnTo });
  }

  #set(state: FlowState) {
    this.#state = { ...state, step: this.step };
    for (const listener of this.#listeners) callListener(() => listener(this.#state, this));
  }
}
