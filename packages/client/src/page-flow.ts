import type { Input, Kind, StepType } from '@tweestap/protocol';
import { AutomaticInputs } from './automatic-inputs.ts';
import type { ControllerEvents, ControllerOptions, Inputs, RestartOptions } from './controller-options.ts';
import type { Flow } from './flow.ts';
import { type FlowState, Listeners, shownOf } from './flow-state.ts';
import { confirmed, type Kept, keptOf, saveKept } from './kept.ts';
import { PagePasskeys } from './page-passkeys.ts';
import { asProblem, MfaProblem } from './problem.ts';
import { Schedule } from './schedule.ts';
import { startFlow } from './start-flow.ts';
import { successOf } from './success.ts';
import { pollOf } from './waiting.ts';

const listOf = (inputs: Inputs): readonly Input[] => (Array.isArray(inputs) ? inputs : [inputs as Input]);

/** The flow of a page, behind its controller: makes the calls, ignores stale responses, and decides the state to render. */
export class PageFlow {
  readonly #options: ControllerOptions;
  readonly #changed: () => void;
  readonly #schedule: Schedule;
  /** The events of the controller. */
  readonly events = new Listeners<ControllerEvents>();
  /** The passkeys of the page. */
  readonly passkeys: PagePasskeys;
  /** The inputs that need no question. */
  readonly automatic: AutomaticInputs;
  /** The current state. */
  state: FlowState = { name: 'idle' };
  /** The current flow. */
  flow: Flow | undefined;
  /** The flow that was started or resumed without an input of the user, until there is one. */
  untouchedFlow: Flow | undefined;
  /** Kind of the current flow, or of the next flow if there is none. */
  kind: Kind;
  /** The token of the mailed link that the flow continues. */
  link: string | undefined;
  /** The names that the user entered. */
  kept: Kept = {};
  /** Whether the flow replaces an expired one, until the user has passed the step `password`. */
  restarted = false;
  /** Number of the newest call. Responses to older calls are stale and change nothing. */
  #call = 0;
  #last: Inputs | undefined;
  #type: StepType | undefined;

  constructor(options: ControllerOptions, changed: () => void) {
    this.#options = options;
    this.#changed = changed;
    this.kind = options.kind ?? 'login';
    this.link = options.link;
    this.automatic = new AutomaticInputs(options);
    this.#schedule = new Schedule(options, {
      poll: (flow) => this.#poll(flow),
      unlocked: (flow) => this.#unlocked(flow),
      expired: () => this.#expired(),
      isUntouched: () => this.untouched,
      expiring: (flow) => this.events.emit('expiring', { flow }),
    });
    this.passkeys = new PagePasskeys({
      passkeys: () => options.client.passkeys,
      schedule: this.#schedule,
      start: () => this.#start([]),
      submit: (input) => this.submit(input),
      show: (problem) => this.#show(problem),
      mark: () => this.mark(),
    });
  }

  /** Whether the user has no input in the current flow to lose. */
  get untouched(): boolean {
    return this.untouchedFlow !== undefined && this.untouchedFlow === this.flow;
  }

  /** Submits the inputs to the open flow, or starts a flow with them. Does nothing while a request is running. */
  async submit(inputs: Inputs): Promise<void> {
    if (this.state.name === 'busy') return;
    const list = listOf(inputs);
    this.#last = inputs;
    this.kept = keptOf(this.kept, list);
    await this.#run(() => {
      if (this.flow?.status !== 'open') return this.#start(list);
      return this.flow.submit(list as readonly [Input, ...Input[]]);
    });
  }

  /** Starts a new flow with the kept names. With `to` it starts a flow of another kind, or one that continues a mailed link. */
  async restart(to?: RestartOptions): Promise<void> {
    if (to) {
      this.kind = to.kind;
      this.link = to.link;
      this.automatic.method = to.method;
    }
    const { username } = this.kept;
    const handOver = to?.handOver;
    await this.#run(() => {
      const flow = this.flow;
      // A flow that another kind replaces is ended on the server. If the server can't be reached, the flow ends when it expires.
      if (flow?.status === 'open' && flow.kind !== this.kind) void flow.cancel().catch(() => undefined);
      if (handOver) return this.#start([], handOver);
      return this.#start(username && this.kind === 'login' ? [{ step: 'username', username }] : []);
    });
  }

  /** Clears the timers, ends the passkey's ceremony, and ignores responses that have not arrived yet. The flow stays open on the server. */
  stop(): void {
    this.#schedule.stop();
    this.passkeys.end();
    this.#call += 1;
  }

  #start(inputs: readonly Input[], handOver?: string): Promise<Flow> {
    return startFlow(this.#options, { kind: this.kind, link: this.link, handOver, kept: this.kept, inputs });
  }

  /** Returns a function that returns whether no other call was made since. */
  mark(): () => boolean {
    const call = this.#call;
    return () => call === this.#call;
  }

  async #run(work: () => Promise<Flow>): Promise<void> {
    this.stop();
    const call = this.#call;
    this.set({ name: 'busy', shown: shownOf(this.state) });
    try {
      // An input of the user waits for the early start, so that there is only one flow.
      if (this.passkeys.early) this.flow ??= await this.passkeys.early;
      this.untouchedFlow = undefined;
      if (call !== this.#call) return;
      const flow = await work();
      if (call === this.#call) await this.arrived(flow, flow.problem);
    } catch (error) {
      if (call === this.#call) await this.#refused(asProblem(error), work);
    }
  }

  async #refused(problem: MfaProblem, work: () => Promise<Flow>): Promise<void> {
    const flow = this.flow;
    const { linkSpent } = this.#options;
    if (problem.is('link-expired', 'no-such-link') && linkSpent) {
      this.flow = undefined;
      this.events.emit('error', { problem });
      this.set({ name: 'idle' });
      return linkSpent(problem);
    }
    if (problem.kind === 'ended' && this.#options.begun) return this.#over(problem);
    if (problem.kind === 'ended') {
      this.restarted = true;
      return this.restart();
    }
    if (problem.kind === 'refusal' && problem.problem?.flow && flow)
      // Another tab has continued the flow. That is not the user's error, so the current step is shown without a problem.
      return this.arrived(flow, problem.is('out-of-order') ? undefined : problem);
    this.events.emit('error', { problem });
    // A token that is refused once is refused again. The user can log in without it.
    const again = problem.is('bad-hand-over') ? () => void this.restart() : () => void this.#run(work);
    this.set({ name: 'failed', problem, again });
  }

  /**
   * Asks whether a step has been continued on another device. The page is not busy meanwhile, so the user can still act.
   * @throws {MfaProblem} if the call fails
   */
  async #poll(flow: Flow): Promise<void> {
    const call = this.#call;
    const work = (): Promise<Flow> => flow.submit(pollOf(flow, this.#options.remember?.() ?? false));
    try {
      await work();
      if (call === this.#call) await this.arrived(flow);
    } catch (error) {
      const problem = asProblem(error);
      if (call !== this.#call) return;
      if (problem.kind === 'failure') throw problem;
      await this.#refused(problem, work);
    }
  }

  /** Shows the step that the flow has arrived at. */
  async arrived(flow: Flow, problem?: MfaProblem): Promise<void> {
    const call = this.#call;
    await this.automatic.submit(flow, () => call === this.#call);
    if (call !== this.#call) return;
    try {
      await this.#options.prepare?.(flow);
    } catch (cause) {
      const failure = new MfaProblem('network', { cause });
      if (call === this.#call)
        this.set({ name: 'failed', problem: failure, again: () => void this.arrived(flow, problem) });
      return;
    }
    if (call !== this.#call) return;
    const before = this.flow;
    const beforeType = this.#type;
    const { type } = flow.step;
    if (flow !== before) this.restarted &&= this.state.name === 'busy';
    if (type !== 'username' && type !== 'password' && type !== 'organisation') this.restarted = false;
    this.flow = flow;
    this.#type = type;
    this.kept = confirmed(this.kept, flow);
    saveKept(this.#options, flow.status === 'done' ? undefined : this.kept);
    if (problem) this.events.emit('error', { problem });
    this.set({ name: 'step', problem });
    // A subscriber may have sent the next input already.
    if (call !== this.#call) return;
    const last = this.#last;
    this.#schedule.start(flow, problem, last && (() => void this.submit(last)));
    if (flow !== before || type !== beforeType) this.events.emit('step', { type, flow });
    if (flow.is('done')) this.#done(flow, beforeType);
    else void this.passkeys.autofill(flow);
  }

  #done(flow: Flow<'done'>, before: StepType | undefined): void {
    const last = this.#last ? listOf(this.#last) : [];
    if (last.some((input) => 'action' in input && input.action === 'later')) this.events.emit('later', undefined);
    this.events.emit('success', successOf(flow.step, before, this.#options));
  }

  /** Asks for the next step after a lock. */
  #unlocked(flow: Flow<'locked'>): void {
    if (flow.step.actions.includes('poll')) void this.submit({ step: 'locked', action: 'poll' });
    else void this.#run(() => flow.refresh());
  }

  /** Forgets the login that the portal began. Only the portal can begin another one. */
  #over(problem: MfaProblem): void {
    this.flow = undefined;
    this.events.emit('error', { problem });
    this.set({ name: 'idle' });
    this.#options.begun?.(problem);
  }

  /** Forgets the expired flow. No request is sent until the next input, because the user may be away. */
  #expired(): void {
    this.stop();
    if (this.#options.begun) {
      this.#over(new MfaProblem('flow-expired'));
      return;
    }
    this.restarted = !this.untouched;
    this.flow = undefined;
    this.set({ name: 'idle' });
    this.events.emit('expired', { kind: this.kind });
  }

  /** Shows the step again, with the problem of a ceremony if it has failed. */
  #show(problem?: MfaProblem): void {
    if (problem) this.events.emit('error', { problem });
    this.set({ name: 'step', problem });
  }

  /** Changes the state. */
  set(state: FlowState): void {
    this.state = state;
    this.#changed();
  }
}
