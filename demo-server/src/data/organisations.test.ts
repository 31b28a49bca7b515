import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoOrganisations } from './organisations.ts';

test('the mails of the demo name a moment in the time zone of its pages, which is that of the browser', () => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  for (const { id, policy } of demoOrganisations) assert.equal(policy?.setUp?.timeZone, timeZone, id);
});
