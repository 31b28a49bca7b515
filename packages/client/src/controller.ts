import type { Input, Kind } from '@tweestap/protocol';
import { FEW_RECOVERY_CODES } from '@tweestap/protocol/constants';
import {
  Alarms,
  ASKS_ORGANISATION,
  type ControllerEvents,
  type ControllerOptions,
  detailOf,
  EXPIRY_WARNING_S,
  type FlowClient,
  goTo,
  type Inputs,
  LINK_KINDS,
  platformTimers,
} from './controller-options.ts';
import type { Flow } from './flow.ts';
import { callListener, type FlowState, Listeners, type ShownState, shownOf } from './flow-state.ts';
import { confirmed, type Kept, keptOf, loadKept, saveKept } from './kept.ts';
import { asProblem, MfaProblem } from './problem.ts';
import { type ResumeStorage, sessionStorageIfAny } from './resume.ts';

/** Milliseconds after the end of a lock at which the server is asked again. */
const LOCK_MARGIN_MS = 500;

const listOf = (inputs: Inputs): readonly Input[] => (Array.isArray(inputs) ? inputs : [inputs as Input]);

/**
 * Drives the flows of one login page, without drawing: it starts, answers, resumes and restarts them, keeps the names that were
 * entered, drops stale answers, acts when a time has come, and reports all of it.
 *
 * Its timers belong to the flow: they run whether or not anything is drawn, and end with the flow's time, with `cancel()` or with `stop()`.
 */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #alarms: Alarms;
  readonly #watchers = new Set<(state: FlowState, controller: Controller) => void>();
  readonly #events = new Listeners<ControllerEvents>();
  #state: FlowState = { name: 'idle' };
  #flow: Flow | undefined;
  #kind: Kind;
  #link: string | undefined;
  #kept: Kept = {};
  #restarted = false;
  /** Number of the newest call: answers of older ones are stale and change nothing. */
  #call = 0;
  #last: Inputs | undefined;
  #type: string | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#kind = options.kind ?? 'login';
    this.#link = options.link;
    this.#alarms = new Alarms(options.timers ?? platformTimers);
  }

  /** Where the controller is. */
  get state(): FlowState {
    return this.#state;
  }
  /** What the page shows: `state`, or while the server is asked the state before. */
  get shown(): ShownState {
    return shownOf(this.#state);
  }
  /** The flow whose step is asked for, or undefined when there is none. */
  get flow(): Flow | undefined {
    return this.#flow;
  }
  /** What the present flow is for, or the next one. */
  get kind(): Kind {
    return this.#kind;
  }
  /** The names that were entered; a new flow begins with them. */
  get kept(): Kept {
    return this.#kept;
  }
  /** Whether the flow replaces one that expired, until the user is past the password. */
  get restarted(): boolean {
    return this.#restarted;
  }

  /** Calls the listener after each change of `state`, until the returned function is called. */
  subscribe(listener: (state: FlowState, controller: Controller) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Calls the listener at each event of this type, until the returned function is called. */
  on<E extends keyof ControllerEvents>(type: E, listener: (event: ControllerEvents[E]) => void): () => void {
    return this.#events.on(type, listener);
  }

  /** Starts a flow with these inputs, or answers the step of the open one. Does nothing while the server is asked. */
  async submit(inputs: Inputs): Promise<void> {
    if (this.#state.name === 'busy') return;
    const list = listOf(inputs);
    this.#last = inputs;
    this.#kept = keptOf(this.#kept, list);
    await this.#run(() => {
      if (this.#flow?.status !== 'open') return this.#start(list);
      return this.#flow.submit(list as readonly [Input, ...Input[]]);
    });
  }

  /**
   * Takes up the flow that a reload left behind. Resolves with whether there was one.
   * @param only its kinds; default the present kind, `recover`, and those of mailed links
   */
  async resume(...only: readonly Kind[]): Promise<boolean> {
    const call = this.#call;
    const { client, api } = this.#options;
    let flow: Flow | undefined;
    // One flow is stored: the server is asked for that one alone.
    for (const kind of only.length > 0 ? only : ([this.#kind, 'recover', ...LINK_KINDS] as const))
      flow ??= await client.resume(kind).catch(() => undefined);
    // A user who was quicker than the answer goes on with what was begun.
    if (!flow || call !== this.#call) return false;
    this.#kind = flow.kind;
    this.#kept = loadKept(this.#storage, api ?? '');
    await this.#arrived(flow);
    return true;
  }

  /** Starts again with the kept names, or with `to` a flow of another kind, or one from a mailed link. */
  async restart(to?: { readonly kind: Kind; readonly link?: string | undefined }): Promise<void> {
    if (to) {
      this.#kind = to.kind;
      this.#link = to.link;
    }
    const flow = this.#flow;
    // A flow that is left for another kind is ended; if the server cannot be reached, its time ends it.
    if (flow?.status === 'open' && flow.kind !== this.#kind) void flow.cancel().catch(() => undefined);
    const { username } = this.#kept;
    await this.#run(() => this.#start(username && this.#kind === 'login' ? [{ step: 'username', username }] : []));
  }

  /** Replaces the kept names. */
  keep(kept: Kept): void {
    this.#kept = kept;
  }

  /** Takes a failure off the page: the user has changed an input, so the failed call is not repeated. */
  edited(): void {
    if (this.#state.name === 'failed') this.#set({ name: this.#flow ? 'step' : 'idle' });
  }

  /** Ends the flow and forgets the names, here at once. Resolves when the server has ended the flow, or cannot be reached. */
  async cancel(): Promise<void> {
    const flow = this.#flow;
    this.stop();
    this.#kept = {};
    this.#flow = undefined;
    saveKept(this.#storage, this.#options.api ?? '', undefined);
    this.#set({ name: 'idle' });
    this.#events.emit('cancel', undefined);
    await flow?.cancel().catch(() => undefined);
  }

  /** Clears the timers and ignores answers that are still to come. The flow stays as it is on the server. */
  stop(): void {
    this.#alarms.clear();
    this.#call += 1;
  }

  /** Organisations whose name matches. @throws {MfaProblem} */
  organisations(query: string): ReturnType<FlowClient['organisations']> {
    return this.#options.client.organisations(query);
  }

  get #storage(): ResumeStorage | undefined {
    const { storage } = this.#options;
    return storage === undefined ? sessionStorageIfAny() : (storage ?? undefined);
  }

  get #base(): string | undefined {
    return this.#options.base ?? globalThis.document?.baseURI;
  }

  #start(inputs: readonly Input[]): Promise<Flow> {
    const { client, organisation, returnTo } = this.#options;
    const kind = this.#kind;
    const id = organisation ?? this.#kept.organisation?.id;
    const asks = kind === 'login' || (ASKS_ORGANISATION.includes(kind) && !this.#link);
    const known: Input[] =
      id && asks && inputs[0]?.step !== 'organisation' ? [{ step: 'organisation', organisation: id }] : [];
    return client.start(kind, {
      link: this.#link,
      inputs: [...known, ...inputs],
      returnTo: returnTo ? new URL(returnTo, this.#base).href : undefined,
    });
  }

  async #run(work: () => Promise<Flow>): Promise<void> {
    this.stop();
    const call = this.#call;
    this.#set({ name: 'busy', shown: this.shown });
    try {
      const flow = await work();
      if (call === this.#call) await this.#arrived(flow, flow.problem);
    } catch (error) {
      if (call === this.#call) await this.#refused(asProblem(error), work);
    }
  }

  async #refused(problem: MfaProblem, work: () => Promise<Flow>): Promise<void> {
    const flow = this.#flow;
    const { linkSpent } = this.#options;
    if (problem.is('link-expired', 'no-such-link') && linkSpent) {
      this.#flow = undefined;
      this.#events.emit('error', { problem });
      this.#set({ name: 'idle' });
      return linkSpent(problem);
    }
    if (problem.kind === 'ended') {
      this.#restarted = true;
      return this.restart();
    }
    if (problem.kind === 'refusal' && problem.problem?.flow && flow)
      // Another tab went on: the user did nothing wrong and gets the step that is asked for now.
      return this.#arrived(flow, problem.is('out-of-order') ? undefined : problem);
    this.#events.emit('error', { problem });
    this.#set({ name: 'failed', problem, again: () => void this.#run(work) });
  }

  async #arrived(flow: Flow, problem?: MfaProblem): Promise<void> {
    const call = this.#call;
    try {
      await this.#options.prepare?.(flow);
    } catch (cause) {
      const lost = new MfaProblem('network', { cause });
      if (call === this.#call)
        this.#set({ name: 'failed', problem: lost, again: () => void this.#arrived(flow, problem) });
      return;
    }
    if (call !== this.#call) return;
    const before = this.#flow;
    const beforeType = this.#type;
    const { type } = flow.step;
    if (flow !== before) this.#restarted &&= this.#state.name === 'busy';
    if (type !== 'username' && type !== 'password' && type !== 'organisation') this.#restarted = false;
    this.#flow = flow;
    this.#type = type;
    this.#kept = confirmed(this.#kept, flow);
    saveKept(this.#storage, this.#options.api ?? '', flow.status === 'done' ? undefined : this.#kept);
    if (problem) this.#events.emit('error', { problem });
    this.#set({ name: 'step', problem });
    // A subscriber may have sent the next input already.
    if (call !== this.#call) return;
    this.#schedule(flow, problem);
    if (flow !== before || type !== beforeType) this.#events.emit('step', { type, flow });
    if (flow.is('done')) this.#done(flow, beforeType);
  }

  #done(flow: Flow<'done'>, before: string | undefined): void {
    const { step } = flow;
    const last = this.#last ? listOf(this.#last) : [];
    if (last.some((input) => 'action' in input && input.action === 'later')) this.#events.emit('later', undefined);
    const detail = detailOf(step);
    const left = 'recoveryCodesLeft' in detail ? detail.recoveryCodesLeft : undefined;
    this.#events.emit('success', {
      detail,
      goTo: goTo(step, this.#options.returnTo, this.#base),
      reads: before === 'recovery-code' && left !== undefined && left <= FEW_RECOVERY_CODES,
    });
  }

  /** Sets what happens by itself: a code sent again at its time, a poll after a lock, the warning, the end. */
  #schedule(flow: Flow, problem: MfaProblem | undefined): void {
    if (flow.status === 'done') return;
    const at = (moment: number, work: () => void) => this.#alarms.set(moment - flow.now(), work);
    const end = Date.parse(flow.expiresAt);
    at(end - EXPIRY_WARNING_S * 1000, () => this.#events.emit('expiring', { flow }));
    at(end, () => this.#expired());
    const retryAt = problem?.problem?.retryAt;
    const last = this.#last;
    if (retryAt && last) at(Date.parse(retryAt), () => void this.submit(last));
    if (flow.is('locked') && flow.step.until) {
      const poll = flow.step.actions.includes('poll');
      at(Date.parse(flow.step.until) + LOCK_MARGIN_MS, () =>
        poll ? void this.submit({ step: 'locked', action: 'poll' }) : void this.#run(() => flow.refresh()),
      );
    }
  }

  /** The user was away at the end: the server is not asked until the next input. */
  #expired(): void {
    this.stop();
    this.#restarted = true;
    this.#flow = undefined;
    this.#set({ name: 'idle' });
    this.#events.emit('expired', { kind: this.#kind });
  }

  #set(state: FlowState): void {
    this.#state = state;
    for (const watcher of this.#watchers) callListener(() => watcher(state, this));
  }
}

/** Makes the controller of one login page. */
export const createController = (options: ControllerOptions): Controller => new Controller(options);
