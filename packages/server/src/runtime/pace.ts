/** ms of work in one turn of the event loop, after which everything else that waits gets its turn. */
const MAX_TURN = 5;

/** Resolves when all that is ready now has run, without going back to the event loop. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Resolves after a turn of the event loop: sockets that became readable and timers that are due were served. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * To be called before each piece of work and awaited after it: Node.js serves everything that is ready before it looks at a
 * socket again, so that hundreds of pieces that become ready together would keep `health` waiting for all of them (R87).
 * The pieces of one turn count together, also when each of them came in a callback of its own.
 */
interface Pace {
  begin(): void;
  settle(): Promise<void>;
}

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
      if (began !== undefined && performance.now() - began >= MAX_TURN) await turn();
    },
  };
}

/** Lets requests in one after another, in the order of their arrival; resolves when it is the caller's turn. */
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
