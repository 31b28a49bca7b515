import { BackOff, type Presence, platformPresence, platformTimers, type Timers } from './back-off.ts';
import { EXPIRY_WARNING_S } from './controller-options.ts';
import type { Flow } from './flow.ts';
import type { MfaProblem } from './problem.ts';
import { isWaiting, pollAt, Waiting } from './waiting.ts';

/** Milliseconds between the end of a lock, or of a request to the phone, and the next request to the server. */
const END_MARGIN_MS = 500;

/** Minimum wait before a timed action, in milliseconds, so that a wrong clock does not cause a flood of requests. */
const MIN_WAIT_MS = 1000;

/** Maximum wait that the platform's timers support, in milliseconds. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/** What the controller does at the scheduled times. */
interface TimedActions {
  /** Asks whether a step has been continued on another device. @throws {MfaProblem} if the call fails */
  poll(flow: Flow): Promise<void>;
  /** Asks whether the lock of the step `locked` has ended. */
  unlocked(flow: Flow<'locked'>): void;
  /** Whether the user has no input in the flow to lose. */
  isUntouched(): boolean;
  /** Warns that the flow expires soon. */
  expiring(flow: Flow): void;
  /** Forgets the expired flow. */
  expired(): void;
}

/**
 * The timed actions of a flow: submitting an early code again, polling after a lock or for a phone, the expiry warning and the
 * expiry. The controller clears them before each request.
 */
export class Schedule {
  readonly #timers: Timers;
  readonly #waiting: Waiting;
  readonly #actions: TimedActions;
  #clear: (() => void)[] = [];

  constructor(
    {
      timers = platformTimers,
      presence = platformPresence,
    }: { timers?: Timers | undefined; presence?: Presence | undefined },
    actions: TimedActions,
  ) {
    this.#timers = timers;
    this.#waiting = new Waiting(new BackOff(timers, presence));
    this.#actions = actions;
  }

  /** Calls `work` after `ms` milliseconds, or never if the wait is longer than the platform supports. */
  after(ms: number, work: () => void): void {
    if (ms < MAX_WAIT_MS) this.#clear.push(this.#timers.after(work, Math.max(MIN_WAIT_MS, ms)));
  }

  /** Replaces the timed actions by those of the flow's step. `retry` submits again an input that was refused as too early. */
  start(flow: Flow, problem?: MfaProblem, retry?: () => void): void {
    const actions = this.#actions;
    this.clear();
    if (flow.status === 'open' && isWaiting(flow.step)) this.#waiting.start(flow, () => actions.poll(flow));
    else this.#waiting.stop();
    if (flow.status === 'done') return;
    const at = (moment: number, work: () => void) => this.after(moment - flow.now(), work);
    const due = pollAt(flow.step);
    if (due !== undefined) at(due + END_MARGIN_MS, () => void actions.poll(flow).catch(() => undefined));
    const end = Date.parse(flow.expiresAt);
    if (!actions.isUntouched()) at(end - EXPIRY_WARNING_S * 1000, () => actions.expiring(flow));
    at(end, () => actions.expired());
    const retryAt = problem?.problem?.retryAt;
    if (retryAt && retry) at(Date.parse(retryAt), retry);
    if (flow.is('locked') && flow.step.until)
      at(Date.parse(flow.step.until) + END_MARGIN_MS, () => actions.unlocked(flow));
  }

  /** Clears the timed actions. The connection that waits for a phone stays open. */
  clear(): void {
    for (const clear of this.#clear) clear();
    this.#clear = [];
  }

  /** Clears the timed actions and ends the waiting for a phone. */
  stop(): void {
    this.clear();
    this.#waiting.stop();
  }
}
