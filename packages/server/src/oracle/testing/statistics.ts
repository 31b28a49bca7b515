import assert from 'node:assert/strict';

/** Counts what the walks reached, so that walks that reach too little fail. */
export class Statistics {
  /** Requests and administration verbs that were sent. */
  steps = 0;
  /** Session cookies that were set. */
  sessions = 0;
  private readonly counts = new Map<string, Map<string, number>>();

  /** Adds to the count of a name in a group. */
  record(group: string, name: string, count = 1): void {
    const names = this.counts.get(group) ?? new Map<string, number>();
    names.set(name, (names.get(name) ?? 0) + count);
    this.counts.set(group, names);
  }

  /** The sum of the counts of a group, or the count of one of its names. */
  count(group: string, name?: string): number {
    const names = this.counts.get(group);
    if (name !== undefined) return names?.get(name) ?? 0;
    return [...(names?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  }

  /** Checks that each of these names was reached. @throws AssertionError that lists the missing names */
  needs(group: string, names: readonly string[]): void {
    const reached = this.counts.get(group);
    const missing = names.filter((name) => !reached?.has(name));
    assert.deepEqual(missing, [], `the walks reached no ${group} with these names`);
  }

  toString(): string {
    const groups = [...this.counts].map(([group, names]) => {
      const sorted = [...names].sort(([, one], [, two]) => two - one);
      return `${group}: ${sorted.map(([name, count]) => `${name} ${count}`).join(', ')}`;
    });
    return [`${this.steps} steps, ${this.sessions} sessions`, ...groups].join('\n  ');
  }
}
