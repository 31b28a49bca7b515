import assert from 'node:assert/strict';

/** What walks have reached, so that a walk that reaches nothing fails. */
export class Statistics {
  steps = 0;
  sessions = 0;
  private readonly counts = new Map<string, Map<string, number>>();

  note(group: string, name: string, count = 1): void {
    const names = this.counts.get(group) ?? new Map<string, number>();
    names.set(name, (names.get(name) ?? 0) + count);
    this.counts.set(group, names);
  }

  count(group: string): number {
    return [...(this.counts.get(group)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  }

  /** Each of these must have been reached. */
  needs(group: string, names: readonly string[]): void {
    const reached = this.counts.get(group);
    const missing = names.filter((name) => !reached?.has(name));
    assert.deepEqual(missing, [], `the walks never reached these (${group})`);
  }

  toString(): string {
    const groups = [...this.counts].map(([group, names]) => {
      const sorted = [...names].sort(([, one], [, two]) => two - one);
      return `${group}: ${sorted.map(([name, count]) => `${name} ${count}`).join(', ')}`;
    });
    return [`${this.steps} steps, ${this.sessions} sessions`, ...groups].join('\n  ');
  }
}
