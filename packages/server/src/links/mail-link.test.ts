import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LinkRow } from '../store/schema.ts';
import { type LinkOwner, type MailPlan, planMail } from './mail-link.ts';

/* Threat: a request sends a link again that is used, void, expired or of another account. */

const MINUTE = 60_000;
const ada = { account_id: 'ada', email: null };

const aLink = (given: Partial<LinkRow> = {}): LinkRow => ({
  id: 'link',
  token_hash: 'hash',
  purpose: 'reset',
  account_id: 'ada',
  organisation_id: 'clinic',
  email: null,
  created_at: 0,
  expires_at: 60 * MINUTE,
  used_at: null,
  voided_at: null,
  request_key: 'key',
  sealed: 'sealed',
  started_by: null,
  mailed_at: 0,
  ...given,
});

/** What a request in that minute sends, and the minute in which the mail is sent. */
function planned(link: LinkRow | undefined, minute: number, owner: LinkOwner = ada): [MailPlan['send'], number?] {
  const plan = planMail(link, owner, minute * MINUTE);
  return plan.send === 'nothing' ? [plan.send] : [plan.send, plan.at / MINUTE];
}

test('R31 the first request, and one after 15 minutes, makes a new link immediately', () => {
  assert.deepEqual(planned(undefined, 0), ['new', 0]);
  assert.deepEqual(planned(aLink(), 15), ['new', 15]);
  assert.deepEqual(planned(aLink(), 300), ['new', 300]);
  assert.deepEqual(planned(aLink({ mailed_at: null }), 1), ['new', 1]);
});

test('R31 within 15 minutes of the newest mail the link is sent again, at the end of that time', () => {
  assert.deepEqual(planned(aLink(), 0.99), ['nothing']);
  assert.deepEqual(planned(aLink(), 1), ['again', 15]);
  assert.deepEqual(planned(aLink(), 14.99), ['again', 15]);
  const repeated = aLink({ mailed_at: 15 * MINUTE });
  assert.deepEqual(planned(repeated, 5), ['nothing']);
  assert.deepEqual(planned(repeated, 16), ['again', 30]);
});

test('R31 a link that would be valid for less than 15 minutes is not sent again', () => {
  assert.deepEqual(planned(aLink({ mailed_at: 30 * MINUTE }), 31), ['again', 45]);
  assert.deepEqual(planned(aLink({ mailed_at: 30 * MINUTE + 1 }), 32)[0], 'new');
});

test('R31 a link that is used, void, expired, no longer stored or of another account is never sent again', () => {
  const unusable: Partial<LinkRow>[] = [
    { used_at: 1 },
    { voided_at: 1 },
    { sealed: null },
    { expires_at: 5 * MINUTE },
    { created_at: 6 * MINUTE },
    { account_id: null },
    { account_id: 'bob' },
    { email: 'ada@mail.example' },
  ];
  for (const given of unusable) {
    assert.deepEqual(planned(aLink(given), 5), ['new', 15], JSON.stringify(given));
    const queued = aLink({ ...given, mailed_at: 15 * MINUTE });
    assert.deepEqual(planned(queued, 5), ['new', 15], 'the queued mail is not sent');
  }
  const ahead = aLink({ created_at: 300 * MINUTE, mailed_at: 300 * MINUTE, expires_at: 360 * MINUTE });
  assert.deepEqual(
    planned(ahead, 5),
    ['new', 20],
    'R86: a clock that was set back delays a mail by at most 15 minutes',
  );
  assert.deepEqual(planned(aLink({ account_id: null }), 5, { account_id: null, email: null }), ['again', 15]);
});
