import type { Input, Step } from '@tweestap/protocol';
import type { BackOff } from './back-off.ts';
import type { Flow } from './flow.ts';
import type { MfaProblem } from './problem.ts';

/** The states in which a step waits for the phone, or has been continued there. */
const waitingStates: readonly string[] = ['pending', 'approved', 'waiting', 'code', 'linked'];

/** Whether the user continues this step on another device. */
export const isWaiting = (step: Step): boolean =>
  'state' in step && waitingStates.includes(step.state) && (step.actions as readonly string[]).includes('poll');

/**
 * Returns when to ask at the latest whether the step has changed, in milliseconds since the epoch: when its request or link
 * expires, or when requests are possible again. Undefined if it changes only by an input.
 */
export const pollAt = (step: Step): number | undefined => {
  if (step.type !== 'push' && step.type !== 'enroll-push') return undefined;
  if (isWaiting(step)) return Date.parse(step.expiresAt);
  return step.state === 'stopped' && step.resendAt ? Date.parse(step.resendAt) : undefined;
};

/** Returns the input that asks whether the step was continued. With `remember` the device is remembered, where that is offered. */
export const pollOf = ({ step }: Flow, remember: boolean): Input =>
  ({ step: step.type, action: 'poll', ...(remember && 'remember' in step ? { remember } : {}) }) as Input;

/** Milliseconds after which a connection that ends was a sound one. */
const SOUND_MS = 10_000;

/** Waits for a step that the user continues on another device. */
export class Waiting {
  readonly #backOff: BackOff;
  #abort = new AbortController();
  #flow: Flow | undefined;

  constructor(backOff: BackOff) {
    this.#backOff = backOff;
  }

  /**
   * Calls `onChange` each time the flow may have changed, until `stop` is called. If it rejects, it is called again after a pause.
   * Does nothing if it waits for this flow already.
   */
  start(flow: Flow, onChange: () => Promise<void>): void {
    if (flow === this.#flow && !this.#abort.signal.aborted) return;
    this.stop();
    this.#abort = new AbortController();
    this.#flow = flow;
    this.#backOff.reset();
    void this.#run(flow, onChange, this.#abort.signal);
  }

  /** Ends the waiting and closes its connection. */
  stop(): void {
    this.#abort.abort();
  }

  async #run(flow: Flow, onChange: () => Promise<void>, signal: AbortSignal): Promise<void> {
    let isDue = false;
    for (;;) {
      await this.#backOff.ready(signal);
      if (signal.aborted) return;
      const opened = flow.now();
      try {
        if (isDue) await onChange();
        isDue = false;
        for await (const _ of flow.changes(signal)) {
          isDue = true;
          await onChange();
          isDue = false;
        }
      } catch (error) {
        // The next request of the flow reports that it has ended.
        isDue ||= (error as MfaProblem).kind === 'ended';
      }
      if (flow.now() - opened > SOUND_MS) this.#backOff.reset();
      this.#backOff.failed();
    }
  }
}
