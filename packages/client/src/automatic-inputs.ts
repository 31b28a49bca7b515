import type { Input, SetUpMethod } from '@tweestap/protocol';
import { platformTimers } from './back-off.ts';
import type { ControllerOptions } from './controller-options.ts';
import type { Flow } from './flow.ts';
import { answerToOffer } from './prompts.ts';

/** The inputs that need no question: the method that was chosen already, and the response to an offer of a passkey. */
export class AutomaticInputs {
  readonly #options: ControllerOptions;
  /** The flow that has offered several methods to enroll. */
  #choice: Flow | undefined;
  /** The flow whose offer of a passkey was answered without a question, or could not be. */
  #answered: Flow | undefined;
  /** The method to enroll without a question. */
  method: SetUpMethod | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  /** Whether the flow has offered several methods to enroll. */
  hasChoice(flow: Flow | undefined): boolean {
    return this.#choice !== undefined && this.#choice === flow;
  }

  /** Submits these inputs until a step needs a question, or the call is stale. */
  async submit(flow: Flow, isCurrent: () => boolean): Promise<void> {
    const input = await this.#inputOf(flow);
    if (!input || !isCurrent()) return;
    // If the input is refused or lost, the user is asked.
    await flow.submit(input).then(
      () => this.submit(flow, isCurrent),
      () => undefined,
    );
  }

  async #inputOf(flow: Flow): Promise<Input | undefined> {
    const { client, timers = platformTimers } = this.#options;
    const { method } = this;
    if (flow.is('enroll-method') && flow.step.methods.length > 1) this.#choice = flow;
    if (flow.is('enroll-method') && flow.step.methods.some((choice) => choice.method === method)) {
      this.method = undefined;
      return { step: 'enroll-method', method } as Input;
    }
    if (!flow.is('enroll-offer') || flow.step.reason !== 'passkey' || this.#answered === flow) return undefined;
    this.#answered = flow;
    return answerToOffer(client.passkeys, flow, (work, ms) => timers.after(work, ms));
  }
}
