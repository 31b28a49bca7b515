import { rmSync, writeFileSync } from 'node:fs';
import type { FullConfig, FullResult, Reporter, Suite } from '@playwright/test/reporter';

/** A Playwright reporter that writes the tally to the file named by TWEESTAP_TALLY. Skipped and flaky tests count as failed. */
export default class TallyReporter implements Reporter {
  #suite: Suite | undefined;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  onEnd(_result: FullResult): void {
    const tests = this.#suite?.allTests() ?? [];
    const passed = tests.filter((test) => test.outcome() === 'expected' && test.results.length > 0);
    const skipped = passed.filter((test) => test.results.at(-1)?.status === 'skipped');
    const succeeded = passed.length - skipped.length;
    const tally = JSON.stringify({ passed: succeeded, failed: tests.length - succeeded });
    if (process.env.TWEESTAP_TALLY) writeFileSync(process.env.TWEESTAP_TALLY, tally);
  }

  /** Removes the database, since the server has been stopped. */
  async onExit(): Promise<void> {
    if (process.env.TWEESTAP_E2E_FOLDER) rmSync(process.env.TWEESTAP_E2E_FOLDER, { recursive: true, force: true });
  }

  printsToStdio(): boolean {
    return false;
  }
}
