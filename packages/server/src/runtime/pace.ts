/** The maximum time of work in one turn of the event loop. */
const MAX_TURN_MS = 5;

/** Resolves when everything that is ready now has run, without returning to the event loop. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Resolves after a turn of the event loop, in which readable sockets and due timers are served. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Limits the work in one turn of the event loop. Node.js runs everything that is ready before it serves a socket again, so
 * hundreds of units of work that become ready together would delay the responses of `health` (R87). All units in one turn
 * are counted together, also if each of them runs in a separate callback.
 */
interface Pace {
  /** Call this before each unit of work. */
  begin(): void;
  /** Await this after each unit of work. */
  settle(): Promise<void>;
}

/** Returns a pace for units of work that share the event loop. */
export function createPace(): Pace {
  let began: number | undefined;
  return {
    begin() {
      if (began !== undefined) return;
      began = performance.now();
      setImmediate(() => {
        began = undefined;
      });
    },
    async settle() {
      await settled();
      if (began !== undefined && performance.now() - began >= MAX_TURN_MS) await turn();
    },
  };
}

/**
 * Returns a function that admits requests one after another in the order of their arrival. Its result resolves when it
 * is the caller's turn.
 */
export function createAdmission(): () => Promise<void> {
  let waiting: (() => void)[] = [];
  let isRunning = false;
  const pace = createPace();
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      for (const enter of group) {
        pace.begin();
        enter();
        await pace.settle();
      }
    }
    isRunning = false;
  };
  return () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (isRunning) return;
      isRunning = true;
      void run();
    });
}
