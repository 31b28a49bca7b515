/** Runs a job for each item, with at most `concurrency` in parallel. Returns the total time in seconds. */
export async function drive<T>(
  items: readonly T[],
  concurrency: number,
  job: (item: T) => Promise<void>,
): Promise<number> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await job(item);
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (performance.now() - from) / 1000;
}
