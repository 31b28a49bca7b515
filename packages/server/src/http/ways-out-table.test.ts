import assert from 'node:assert/strict';
import { test } from 'node:test';
import { securityPage, withWaysOut } from './testing/ways-out-table.ts';

/* Threat: a way out is documented that no test takes, or one is tested that no user is told of. */

test('R91 docs/security.md has the ways out that the tests take', () => {
  const isCurrent = withWaysOut(securityPage()) === securityPage();
  const program = 'packages/server/src/http/testing/ways-out-table.ts';
  assert.ok(isCurrent, `run: node --conditions=tweestap-source ${program}`);
});
