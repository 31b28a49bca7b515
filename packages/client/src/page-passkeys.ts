import type { Input } from '@tweestap/protocol';
import type { Flow } from './flow.ts';
import type { PasskeyOptions } from './passkey-input.ts';
import type { Passkeys } from './passkeys.ts';
import { asProblem, type MfaProblem } from './problem.ts';
import { Prompts } from './prompts.ts';
import type { Schedule } from './schedule.ts';

/** The controller as its passkeys see it. */
interface PasskeyPage {
  /** Returns the passkeys of the browser. Undefined if the page uses none. */
  passkeys(): Passkeys | undefined;
  /** The timed actions of the flow. */
  readonly schedule: Schedule;
  /** Starts a flow without an input. @throws {MfaProblem} */
  start(): Promise<Flow>;
  /** Submits an input to the flow. */
  submit(input: Input): Promise<void>;
  /** Shows the step again, with the problem of a ceremony if it has failed. */
  show(problem?: MfaProblem): void;
  /** Returns a function that returns whether no other call was made since. */
  mark(): () => boolean;
}

/** The passkeys of a login page: the start before the first input, the autofill of the username, and the ceremonies. */
export class PagePasskeys {
  readonly #page: PasskeyPage;
  readonly #prompts = new Prompts();
  /** The flow that `startEarly` is starting. */
  early: Promise<Flow | undefined> | undefined;

  constructor(page: PasskeyPage) {
    this.#page = page;
  }

  /** Whether the browser asks the user for a passkey now. */
  get asking(): boolean {
    return this.#prompts.asking;
  }

  /** Ends the ceremony that is running. */
  end(): void {
    this.#prompts.end();
  }

  /** Starts a login before the first input. Undefined if the browser has no autofill of passkeys, or if the start has failed. */
  async startEarly(): Promise<Flow | undefined> {
    this.early = this.#start();
    const flow = await this.early;
    this.early = undefined;
    return flow;
  }

  /** Performs the ceremony of the flow's step and submits the result. A failure of the autofill is not shown. */
  async perform(flow: Flow, options: PasskeyOptions): Promise<void> {
    const page = this.#page;
    const passkeys = page.passkeys();
    if (!passkeys) return;
    const { conditional } = options;
    const asked = this.#prompts.perform(passkeys, flow, options);
    if (!conditional) page.show();
    try {
      const input = await asked;
      if (input) await page.submit(input);
    } catch (error) {
      // The user has not asked for the autofill, so its failure is not shown.
      if (conditional) return;
      page.show(asProblem(error));
      void this.autofill(flow);
    }
  }

  /** Waits for a passkey from the autofill at the step `username`. */
  async autofill(flow: Flow): Promise<void> {
    const page = this.#page;
    const isCurrent = page.mark();
    if (!flow.is('username') || !flow.step.passkey) return;
    const support = await page.passkeys()?.support();
    if (!support?.autofill || !isCurrent() || this.asking) return;
    page.schedule.after(flow.step.passkey.timeout, () => void this.#renewChallenge(flow));
    await this.perform(flow, { conditional: true });
  }

  /** Fetches a new challenge, because the page may be open for longer than the current one is valid. The state stays the same. */
  async #renewChallenge(flow: Flow): Promise<void> {
    const isCurrent = this.#page.mark();
    await flow.refresh().catch(() => undefined);
    if (!isCurrent() || this.asking) return;
    this.#page.schedule.start(flow);
    await this.autofill(flow);
  }

  async #start(): Promise<Flow | undefined> {
    const page = this.#page;
    const isCurrent = page.mark();
    try {
      const support = await page.passkeys()?.support();
      if (!support?.autofill || !isCurrent()) return undefined;
      const flow = await page.start();
      if (flow.is('username') && !flow.problem) return flow;
      // For example an unknown organisation. The first input gets the same response, and the user sees it then.
      await flow.cancel();
    } catch {
      // The first input tries again, and reports a failure.
    }
    return undefined;
  }
}
