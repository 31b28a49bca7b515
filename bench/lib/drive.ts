/** Runs a job for each item, so many at a time, and gives the seconds that all of them took. */
export async function drive<T>(items: readonly T[], atATime: number, job: (item: T) => Promise<void>): Promise<number> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await job(item);
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: atATime }, worker));
  return (performance.now() - from) / 1000;
}
