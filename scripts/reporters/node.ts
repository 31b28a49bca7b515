import type { TestEvent } from 'node:test/reporters';

/** A node:test reporter that prints only the tally. A skipped or unfinished test counts as failed, since it proves nothing. */
export default async function* tally(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== 'test:summary' || event.data.file !== undefined) continue;
    const { passed, tests } = event.data.counts;
    yield JSON.stringify({ passed, failed: tests - passed });
  }
}
