import assert from 'node:assert/strict';
import { test } from 'node:test';
import { securityPage, withWaysOut } from './testing/ways-out-table.ts';

/* Threat: a way out is documented but not tested, or tested but not documented. */

test('R91 docs/security.md lists the ways out that the tests take', () => {
  const isCurrent = withWaysOut(securityPage()) === securityPage();
  const program = 'packages/server/src/http/testing/ways-out-table.ts';
  assert.ok(isCurrent, `run: node --conditions=tweestap-source ${program}`);
});
