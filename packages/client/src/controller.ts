import type { Input, Kind, SetUpMethod } from '@tweestap/protocol';
import { FEW_RECOVERY_CODES } from '@tweestap/protocol/constants';
import { BackOff, platformPresence, platformTimers } from './back-off.ts';
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
  type RestartOptions,
} from './controller-options.ts';
import type { Flow } from './flow.ts';
import { callListener, type FlowState, Listeners, type ShownState, shownOf } from './flow-state.ts';
import { confirmed, type Kept, keptOf, loadKept, saveKept } from './kept.ts';
import type { PasskeyOptions } from './passkey-input.ts';
import { asProblem, MfaProblem } from './problem.ts';
import { answerToOffer, Prompts } from './prompts.ts';
import { type ResumeStorage, sessionStorageIfAny } from './resume.ts';
import { isWaiting, pollAt, pollOf, Waiting } from './waiting.ts';

/** Milliseconds between the end of a lock, or of a request to the phone, and the next request to the server. */
const END_MARGIN_MS = 500;

const listOf = (inputs: Inputs): readonly Input[] => (Array.isArray(inputs) ? inputs : [inputs as Input]);

/**
 * Runs the flows of one login page, without rendering. It starts, resumes and restarts flows, submits inputs, keeps the names
 * that were entered, ignores stale responses, performs timed actions, and reports every change.
 *
 * Its timers belong to the flow. They run whether or not anything is rendered, until the flow expires or `cancel()` or `stop()` is called.
 */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #alarms: Alarms;
  readonly #waiting: Waiting;
  readonly #watchers = new Set<(state: FlowState, controller: Controller) => void>();
  readonly #events = new Listeners<ControllerEvents>();
  #state: FlowState = { name: 'idle' };
  #flow: Flow | undefined;
  #kind: Kind;
  #link: string | undefined;
  #kept: Kept = {};
  #restarted = false;
  /** Number of the newest call. Responses to older calls are stale and change nothing. */
  #call = 0;
  #last: Inputs | undefined;
  #type: string | undefined;
  readonly #prompts = new Prompts();
  /** The flow that `offerPasskeys` is starting. */
  #early: Promise<Flow | undefined> | undefined;
  /** The flow of `untouched`. */
  #untouched: Flow | undefined;
  /** The method to enroll without a question. */
  #method: SetUpMethod | undefined;
  /** The flow that has offered several methods to enroll. */
  #choice: Flow | undefined;
  /** The flow whose offer of a passkey was answered without a question, or could not be. */
  #answered: Flow | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#kind = options.kind ?? 'login';
    this.#link = options.link;
    const timers = options.timers ?? platformTimers;
    this.#alarms = new Alarms(timers);
    this.#waiting = new Waiting(new BackOff(timers, options.presence ?? platformPresence));
  }

  /** The current state. */
  get state(): FlowState {
    return this.#state;
  }
  /** The state to render: `state`, or the previous state while a request is running. */
  get shown(): ShownState {
    return shownOf(this.#state);
  }
  /** The current flow, or undefined if there is none. */
  get flow(): Flow | undefined {
    return this.#flow;
  }
  /** Kind of the current flow, or of the next flow if there is none. */
  get kind(): Kind {
    return this.#kind;
  }
  /** The names that the user entered. A new flow starts with them. */
  get kept(): Kept {
    return this.#kept;
  }
  /** Whether the flow replaces an expired one. Becomes false once the user has passed the step `password`. */
  get restarted(): boolean {
    return this.#restarted;
  }
  /** Whether the flow was started by `offerPasskeys`, or resumed at the step `username`, and has no input of the user yet. */
  get untouched(): boolean {
    return this.#untouched !== undefined && this.#untouched === this.#flow;
  }
  /** Whether the flow has offered several methods to enroll, so that the user can go back to choose another one. */
  get hasChoice(): boolean {
    return this.#choice !== undefined && this.#choice === this.#flow;
  }
  /** Whether the browser asks the user for a passkey now. Other inputs are still possible, and end it. */
  get asking(): boolean {
    return this.#prompts.asking;
  }

  /** Calls the listener after each change of `state`, until the returned function is called. */
  subscribe(listener: (state: FlowState, controller: Controller) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Calls the listener for each event of this type, until the returned function is called. */
  on<E extends keyof ControllerEvents>(type: E, listener: (event: ControllerEvents[E]) => void): () => void {
    return this.#events.on(type, listener);
  }

  /** Submits the inputs to the open flow, or starts a flow with them. Does nothing while a request is running. */
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
   * Performs the passkey's ceremony of the current step and submits the result. A failure is the problem of the state `step`.
   * A second call replaces the ceremony. Does nothing while a request is running.
   */
  async passkey(options: PasskeyOptions = {}): Promise<void> {
    const flow = this.#flow;
    if (flow && this.#state.name !== 'busy') await this.#prompt(flow, options);
  }

  /**
   * Starts a login before the first input, if the browser can offer passkeys in the autofill of the username. Nothing is shown
   * meanwhile, an input of the user waits for it, and a failure is not reported, because the next input starts a flow then.
   */
  async offerPasskeys(): Promise<void> {
    const known = this.#options.organisation ?? this.#kept.organisation?.id;
    if (!known || this.#kind !== 'login' || this.#flow || this.#early || this.#state.name !== 'idle') return;
    const call = this.#call;
    this.#early = this.#startEarly(call);
    const flow = await this.#early;
    this.#early = undefined;
    if (!flow || call !== this.#call) return;
    this.#untouched = flow;
    await this.#arrived(flow);
  }

  /**
   * Resumes the flow that a reload interrupted. Resolves with whether there was one.
   * @param only kinds to resume; default the current kind, `recover`, and the kinds of mailed links
   */
  async resume(...only: readonly Kind[]): Promise<boolean> {
    const call = this.#call;
    const { client, api } = this.#options;
    let flow: Flow | undefined;
    // At most one flow is stored, so at most one kind causes a request.
    for (const kind of only.length > 0 ? only : ([this.#kind, 'recover', ...LINK_KINDS] as const))
      flow ??= await client.resume(kind).catch(() => undefined);
    // If the user submitted an input before the response arrived, that input takes precedence.
    if (!flow || call !== this.#call) return false;
    this.#kind = flow.kind;
    this.#kept = loadKept(this.#storage, api ?? '');
    if (flow.is('username')) this.#untouched = flow;
    await this.#arrived(flow);
    return true;
  }

  /** Starts a new flow with the kept names. With `to` it starts a flow of another kind, or one that continues a mailed link. */
  async restart(to?: RestartOptions): Promise<void> {
    if (to) {
      this.#kind = to.kind;
      this.#link = to.link;
      this.#method = to.method;
    }
    const { username } = this.#kept;
    await this.#run(() => {
      const flow = this.#flow;
      // A flow that another kind replaces is ended on the server. If the server can't be reached, the flow ends when it expires.
      if (flow?.status === 'open' && flow.kind !== this.#kind) void flow.cancel().catch(() => undefined);
      return this.#start(username && this.#kind === 'login' ? [{ step: 'username', username }] : []);
    });
  }

  /** Replaces the kept names. */
  keep(kept: Kept): void {
    this.#kept = kept;
  }

  /** Clears a failure, because the user has changed an input and the failed call must not be repeated. */
  edited(): void {
    if (this.#state.name === 'failed') this.#set({ name: this.#flow ? 'step' : 'idle' });
  }

  /** Ends the flow and forgets the names, immediately in the page. Resolves when the server has ended the flow or can't be reached. */
  async cancel(): Promise<void> {
    const flow = this.#flow;
    this.stop();
    this.#kept = {};
    this.#flow = undefined;
    saveKept(this.#storage, this.#options.api ?? '', undefined);
    this.#set({ name: 'idle' });
    this.#events.emit('cancel', undefined);
    await Promise.all([flow, await this.#early].map((open) => open?.cancel().catch(() => undefined)));
  }

  /** Clears the timers, ends the passkey's ceremony, and ignores responses that have not arrived yet. The flow stays open on the server. */
  stop(): void {
    this.#alarms.clear();
    this.#prompts.end();
    this.#waiting.stop();
    this.#call += 1;
  }

  /** Returns the organisations whose name matches. @throws {MfaProblem} */
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

  async #startEarly(call: number): Promise<Flow | undefined> {
    try {
      const support = await this.#options.client.passkeys?.support();
      if (!support?.autofill || call !== this.#call) return undefined;
      const flow = await this.#start([]);
      if (flow.is('username') && !flow.problem) return flow;
      // For example an unknown organisation. The first input gets the same response, and the user sees it then.
      await flow.cancel();
    } catch {
      // The first input tries again, and reports a failure.
    }
    return undefined;
  }

  async #prompt(flow: Flow, options: PasskeyOptions): Promise<void> {
    const { passkeys } = this.#options.client;
    if (!passkeys) return;
    const { conditional } = options;
    const asked = this.#prompts.perform(passkeys, flow, options);
    if (!conditional) this.#set({ name: 'step' });
    try {
      const input = await asked;
      if (input) await this.submit(input);
    } catch (error) {
      // The user has not asked for the autofill, so its failure is not shown.
      if (conditional) return;
      const problem = asProblem(error);
      this.#events.emit('error', { problem });
      this.#set({ name: 'step', problem });
      void this.#autofill(flow);
    }
  }

  /** Waits for a passkey from the autofill at the step `username`. */
  async #autofill(flow: Flow): Promise<void> {
    const call = this.#call;
    if (!flow.is('username') || !flow.step.passkey) return;
    const support = await this.#options.client.passkeys?.support();
    if (!support?.autofill || call !== this.#call || this.asking) return;
    this.#alarms.set(flow.step.passkey.timeout, () => void this.#renewChallenge(flow));
    await this.#prompt(flow, { conditional: true });
  }

  /** Fetches a new challenge, because the page may be open for longer than the current one is valid. The state stays the same. */
  async #renewChallenge(flow: Flow): Promise<void> {
    const call = this.#call;
    await flow.refresh().catch(() => undefined);
    if (call !== this.#call || this.asking) return;
    this.#alarms.clear();
    this.#schedule(flow, undefined);
    await this.#autofill(flow);
  }

  /** Submits the inputs that need no question: the method that was chosen already, and the response to an offer of a passkey. */
  async #answer(flow: Flow, call: number): Promise<void> {
    const { client, timers = platformTimers } = this.#options;
    let input: Input | undefined;
    const method = this.#method;
    if (flow.is('enroll-method') && flow.step.methods.length > 1) this.#choice = flow;
    if (flow.is('enroll-method') && flow.step.methods.some((choice) => choice.method === method)) {
      this.#method = undefined;
      input = { step: 'enroll-method', method } as Input;
    } else if (flow.is('enroll-offer') && flow.step.reason === 'passkey' && this.#answered !== flow) {
      this.#answered = flow;
      input = await answerToOffer(client.passkeys, flow, (work, ms) => timers.after(work, ms));
    }
    if (!input || call !== this.#call) return;
    // If the input is refused or lost, the user is asked.
    await (flow as Flow).submit(input).then(
      () => this.#answer(flow, call),
      () => undefined,
    );
  }

  async #run(work: () => Promise<Flow>): Promise<void> {
    this.stop();
    const call = this.#call;
    this.#set({ name: 'busy', shown: this.shown });
    try {
      // An input of the user waits for the early start, so that there is only one flow.
      if (this.#early) this.#flow ??= await this.#early;
      this.#untouched = undefined;
      if (call !== this.#call) return;
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
      // Another tab has continued the flow. That is not the user's error, so the current step is shown without a problem.
      return this.#arrived(flow, problem.is('out-of-order') ? undefined : problem);
    this.#events.emit('error', { problem });
    this.#set({ name: 'failed', problem, again: () => void this.#run(work) });
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
      if (call === this.#call) await this.#arrived(flow);
    } catch (error) {
      const problem = asProblem(error);
      if (call !== this.#call) return;
      if (problem.kind === 'failure') throw problem;
      await this.#refused(problem, work);
    }
  }

  async #arrived(flow: Flow, problem?: MfaProblem): Promise<void> {
    const call = this.#call;
    await this.#answer(flow, call);
    if (call !== this.#call) return;
    try {
      await this.#options.prepare?.(flow);
    } catch (cause) {
      const failure = new MfaProblem('network', { cause });
      if (call === this.#call)
        this.#set({ name: 'failed', problem: failure, again: () => void this.#arrived(flow, problem) });
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
    else void this.#autofill(flow);
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
      mustRead: before === 'recovery-code' && left !== undefined && left <= FEW_RECOVERY_CODES,
    });
  }

  /** Schedules the timed actions: submitting an early code again, polling after a lock, the expiry warning and the expiry. */
  #schedule(flow: Flow, problem: MfaProblem | undefined): void {
    this.#alarms.clear();
    if (flow.status === 'open' && isWaiting(flow.step)) this.#waiting.start(flow, () => this.#poll(flow));
    else this.#waiting.stop();
    if (flow.status === 'done') return;
    const at = (moment: number, work: () => void) => this.#alarms.set(moment - flow.now(), work);
    const due = pollAt(flow.step);
    if (due !== undefined) at(due + END_MARGIN_MS, () => void this.#poll(flow).catch(() => undefined));
    const end = Date.parse(flow.expiresAt);
    if (!this.untouched) at(end - EXPIRY_WARNING_S * 1000, () => this.#events.emit('expiring', { flow }));
    at(end, () => this.#expired());
    const retryAt = problem?.problem?.retryAt;
    const last = this.#last;
    if (retryAt && last) at(Date.parse(retryAt), () => void this.submit(last));
    if (flow.is('locked') && flow.step.until) {
      const poll = flow.step.actions.includes('poll');
      at(Date.parse(flow.step.until) + END_MARGIN_MS, () =>
        poll ? void this.submit({ step: 'locked', action: 'poll' }) : void this.#run(() => flow.refresh()),
      );
    }
  }

  /** Forgets the expired flow. No request is sent until the next input, because the user may be away. */
  #expired(): void {
    this.stop();
    this.#restarted = !this.untouched;
    this.#flow = undefined;
    this.#set({ name: 'idle' });
    this.#events.emit('expired', { kind: this.#kind });
  }

  #set(state: FlowState): void {
    this.#state = state;
    for (const watcher of this.#watchers) callListener(() => watcher(state, this));
  }
}

/** Makes the controller of one login page. It sends no request until one of its methods is called. */
export const createController = (options: ControllerOptions): Controller => new Controller(options);
