import type { TestEvent } from 'node:test/reporters';

/** A node:test reporter that prints one line per test: `passed <title>` or `failed <title>`. Files are omitted. */
export default async function* names(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.name.endsWith('.ts') || data.skip !== undefined) continue;
    yield `${type === 'test:pass' ? 'passed' : 'failed'} ${data.name.replaceAll('\n', ' ')}\n`;
  }
}
