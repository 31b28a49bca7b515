import { writeFileSync } from 'node:fs';
import type { Reporter, TestSession, TestSuiteResult } from '@web/test-runner';
import type { Tally } from '../lib/tally.ts';

/** A Web Test Runner reporter that writes the tally to the file named by TWEESTAP_TALLY. */
export function tallyReporter(): Reporter {
  return {
    onTestRunFinished({ sessions }) {
      const tally = { passed: 0, failed: 0 };
      for (const session of sessions) count(session, tally);
      if (process.env.TWEESTAP_TALLY) writeFileSync(process.env.TWEESTAP_TALLY, JSON.stringify(tally));
    },
  };
}

function count(session: TestSession, tally: { passed: number; failed: number }): void {
  const before: Tally = { ...tally };
  if (session.testResults) countSuite(session.testResults, tally);
  // A file that threw before its first test or outside any test counts as one failure.
  if (!session.passed && tally.failed === before.failed) tally.failed += 1;
}

function countSuite(suite: TestSuiteResult, tally: { passed: number; failed: number }): void {
  for (const test of suite.tests) {
    if (test.passed && !test.skipped) tally.passed += 1;
    else tally.failed += 1;
  }
  for (const inner of suite.suites) countSuite(inner, tally);
}
