import type { TestEvent } from 'node:test/reporters';

/**
 * A node:test reporter that prints only the tally. A skipped or unfinished test counts as failed, since it proves nothing. If
 * a file fails as a whole, what it wrote to its standard error output is repeated on that of the runner.
 */
export default async function* tally(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const written = new Map<string, string>();
  for await (const { type, data } of events) {
    if (type === 'test:stderr') written.set(data.file, (written.get(data.file) ?? '') + data.message);
    if (type === 'test:fail' && data.file === data.name) process.stderr.write(`\n${written.get(data.name) ?? ''}`);
    if (type === 'test:summary' && data.file === undefined) {
      const { passed, tests } = data.counts;
      yield JSON.stringify({ passed, failed: tests - passed });
    }
  }
}
