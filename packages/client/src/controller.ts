import type { Kind } from '@tweestap/protocol';
import type { RecentLogin } from './client.ts';
import {
  type ControllerEvents,
  type ControllerOptions,
  type FlowClient,
  type Inputs,
  LINK_KINDS,
  type RestartOptions,
} from './controller-options.ts';
import type { Flow } from './flow.ts';
import { callListener, type FlowState, type ShownState, shownOf } from './flow-state.ts';
import { type Kept, loadKept, saveKept } from './kept.ts';
import { PageFlow } from './page-flow.ts';
import type { PasskeyOptions } from './passkey-input.ts';
import { successAgain } from './success.ts';

/**
 * Runs the flows of one login page, without rendering. It starts, resumes and restarts flows, submits inputs, keeps the names
 * that were entered, ignores stale responses, performs timed actions, and reports every change.
 *
 * Its timers belong to the flow. They run whether or not anything is rendered, until the flow expires or `cancel()` or `stop()` is called.
 */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #page: PageFlow;
  readonly #watchers = new Set<(state: FlowState, controller: Controller) => void>();

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#page = new PageFlow(options, () => {
      const { state } = this;
      for (const watcher of this.#watchers) callListener(() => watcher(state, this));
    });
  }

  /** The current state. */
  get state(): FlowState {
    return this.#page.state;
  }
  /** The state to render: `state`, or the previous state while a request is running. */
  get shown(): ShownState {
    return shownOf(this.state);
  }
  /** The current flow, or undefined if there is none. */
  get flow(): Flow | undefined {
    return this.#page.flow;
  }
  /** Kind of the current flow, or of the next flow if there is none. */
  get kind(): Kind {
    return this.#page.kind;
  }
  /** The names that the user entered. A new flow starts with them. */
  get kept(): Kept {
    return this.#page.kept;
  }
  /** Whether the flow replaces an expired one. Becomes false once the user has passed the step `password`. */
  get restarted(): boolean {
    return this.#page.restarted;
  }
  /** Whether the flow was started by `offerPasskeys`, or resumed at the step `username`, and has no input of the user yet. */
  get untouched(): boolean {
    return this.#page.untouched;
  }
  /** Whether the flow has offered several methods to enroll, so that the user can go back to choose another one. */
  get hasChoice(): boolean {
    return this.#page.automatic.hasChoice(this.flow);
  }
  /** Whether the browser asks the user for a passkey now. Other inputs are still possible, and end it. */
  get asking(): boolean {
    return this.#page.passkeys.asking;
  }

  /** Calls the listener after each change of `state`, until the returned function is called. */
  subscribe(listener: (state: FlowState, controller: Controller) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Calls the listener for each event of this type, until the returned function is called. */
  on<E extends keyof ControllerEvents>(type: E, listener: (event: ControllerEvents[E]) => void): () => void {
    return this.#page.events.on(type, listener);
  }

  /** Submits the inputs to the open flow, or starts a flow with them. Does nothing while a request is running. */
  submit(inputs: Inputs): Promise<void> {
    return this.#page.submit(inputs);
  }

  /**
   * Performs the passkey's ceremony of the current step and submits the result. A failure is the problem of the state `step`.
   * A second call replaces the ceremony. Does nothing while a request is running.
   */
  async passkey(options: PasskeyOptions = {}): Promise<void> {
    const { flow } = this;
    if (flow && this.state.name !== 'busy') await this.#page.passkeys.perform(flow, options);
  }

  /**
   * Starts a login before the first input, if the browser can offer passkeys in the autofill of the username. Nothing is shown
   * meanwhile, an input of the user waits for it, and a failure is not reported, because the next input starts a flow then.
   */
  async offerPasskeys(): Promise<void> {
    const page = this.#page;
    const known = this.#options.organisation ?? page.kept.organisation?.id;
    if (!known || page.kind !== 'login' || page.flow || page.passkeys.early || page.state.name !== 'idle') return;
    const isCurrent = page.mark();
    const flow = await page.passkeys.startEarly();
    if (!flow || !isCurrent()) return;
    page.untouchedFlow = flow;
    await page.arrived(flow);
  }

  /**
   * Resumes the flow that a reload interrupted. Resolves with whether there was one.
   * @param only kinds to resume; default the current kind, `recover`, and the kinds of mailed links
   */
  async resume(...only: readonly Kind[]): Promise<boolean> {
    const page = this.#page;
    const isCurrent = page.mark();
    const { client } = this.#options;
    let flow: Flow | undefined;
    // At most one flow is stored, so at most one kind causes a request.
    for (const kind of only.length > 0 ? only : ([page.kind, 'recover', ...LINK_KINDS] as const))
      flow ??= await client.resume(kind).catch(() => undefined);
    // If the user submitted an input before the response arrived, that input takes precedence.
    if (!flow || !isCurrent() || this.#options.mayResume?.(flow) === false) return false;
    page.kind = flow.kind;
    page.kept = loadKept(this.#options);
    if (flow.is('username')) page.untouchedFlow = flow;
    await page.arrived(flow);
    return true;
  }

  /** Reports a login that was finished earlier by the event `success`, like a flow that is done. */
  proceed(login: RecentLogin): void {
    this.#page.events.emit('success', successAgain(login, this.#options));
  }

  /** Starts a new flow with the kept names. With `to` it starts a flow of another kind, or one that continues a mailed link. */
  restart(to?: RestartOptions): Promise<void> {
    return this.#page.restart(to);
  }

  /** Replaces the kept names. */
  keep(kept: Kept): void {
    this.#page.kept = kept;
  }

  /** Clears a failure, because the user has changed an input and the failed call must not be repeated. */
  edited(): void {
    if (this.state.name === 'failed') this.#page.set({ name: this.flow ? 'step' : 'idle' });
  }

  /** Ends the flow and forgets the names, immediately in the page. Resolves when the server has ended the flow or can't be reached. */
  async cancel(): Promise<void> {
    const page = this.#page;
    const { flow } = page;
    page.stop();
    page.kept = {};
    page.flow = undefined;
    saveKept(this.#options, undefined);
    page.set({ name: 'idle' });
    page.events.emit('cancel', undefined);
    await Promise.all([flow, await page.passkeys.early].map((open) => open?.cancel().catch(() => undefined)));
  }

  /** Clears the timers, ends the passkey's ceremony, and ignores responses that have not arrived yet. The flow stays open on the server. */
  stop(): void {
    this.#page.stop();
  }

  /** Returns the organisations whose name matches. @throws {MfaProblem} */
  organisations(query: string): ReturnType<FlowClient['organisations']> {
    return this.#options.client.organisations(query);
  }
}

/** Makes the controller of one login page. It sends no request until one of its methods is called. */
export const createController = (options: ControllerOptions): Controller => new Controller(options);
