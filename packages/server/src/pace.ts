/** ms of work in a row after which everything else that waits gets its turn. */
const MOST_IN_A_ROW = 5;

/** Resolves when all that was made ready by now has run, without going back to the event loop. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Resolves after a turn of the event loop: sockets that became readable and timers that are due were served. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * To be awaited after each piece of a row of work: node serves everything that is ready before it looks at a socket again,
 * so that hundreds of pieces that become ready together would keep `health` waiting for all of them (R87).
 */
export function createPace(): () => Promise<void> {
  let from = performance.now();
  return async () => {
    await settled();
    if (performance.now() - from < MOST_IN_A_ROW) return;
    await turn();
    from = performance.now();
  };
}

/** Lets requests in one after another, in the order of their arrival; resolves when it is the caller's turn. */
export function createAdmission(): () => Promise<void> {
  let waiting: (() => void)[] = [];
  let isRunning = false;
  const run = async (): Promise<void> => {
    const pace = createPace();
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      for (const enter of group) {
        enter();
        await pace();
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
