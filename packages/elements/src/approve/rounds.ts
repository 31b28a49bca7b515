/** Work that is repeated. The next round starts after the one before it has finished. */
export class Rounds {
  #timers = new Set<ReturnType<typeof setTimeout>>();

  /** Does the work every `ms` milliseconds, until `stop` is called. The first time is after `ms` milliseconds. */
  every(ms: number, work: () => Promise<void>): void {
    const timer = setTimeout(async () => {
      await work();
      if (this.#timers.delete(timer)) this.every(ms, work);
    }, ms);
    this.#timers.add(timer);
  }

  /** Ends all rounds. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
