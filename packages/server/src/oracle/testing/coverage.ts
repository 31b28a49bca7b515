import assert from 'node:assert/strict';
import { readies } from './moves/moves.ts';
import { tableWays } from './moves/tables.ts';
import { verbMoves } from './moves/verbs.ts';
import { clientRoutes } from './routes/clients.ts';
import { phoneRoutes } from './routes/phones.ts';
import { routeMoves } from './routes/routes.ts';
import type { Statistics } from './statistics.ts';
import { wire } from './walk.ts';

/** The number and the share of session uses that may be answered 503 while no fault is injected. */
const MAX_BUSY_USES = { number: 20, share: 0.01 };

/** Checks that few uses of a session were answered 503 without an injected fault. */
export function assertSeldomBusy(statistics: Statistics): void {
  const busy = statistics.count('used sessions', 'busy');
  const uses = statistics.count('used sessions');
  assert.ok(
    busy <= MAX_BUSY_USES.number || busy <= uses * MAX_BUSY_USES.share,
    `${busy} of ${uses} uses of a session were answered 503 without an injected fault, expected at most 1 %`,
  );
}

/** Checks that the walks gave sessions. */
export function assertActive({ steps, sessions }: Statistics): void {
  assert.ok(sessions > steps / 25, `${sessions} sessions in ${steps} requests, expected more than 1 in 25`);
}

const shown = ['organisation', 'username', 'password', 'totp', 'passkey', 'push', 'enroll-push', 'enroll-totp'];
const moreShown = [
  'sms',
  'email',
  'enroll-sms',
  'recovery-code',
  'recovery-codes',
  'new-password',
  'locked',
  'enroll-method',
];

/** The inputs of phones, passkeys and text messages that must be accepted, and those that must be refused. */
const accepted = [
  ...['username/passkey', 'passkey/submit', 'enroll-passkey/submit', 'sms/submit', 'enroll-sms-number/submit'],
  ...['enroll-sms/submit', 'push/poll', 'push/switch', 'enroll-push/poll', 'enroll-push/submit', 'enroll-push/resend'],
  ...['email/submit'],
];
const refused = [
  'passkey/submit',
  'sms/submit',
  'email/submit',
  'enroll-sms/submit',
  'push/poll',
  'enroll-push/submit',
];

/** What the ledger has seen proven. */
const proven = [
  ...['an approval with 6 digits', 'an approval with 2 digits', 'an approval with 0 digits', 'a denied login'],
  ...['a proof by six digits', 'a proof by few digits', 'an unlock by a phone'],
  ...['a phone by sms', 'a phone by mail', 'a phone by screen'],
  ...['a phone by the help desk and sms', 'a phone by the help desk and factor'],
  ...['a login of a client', 'a login of an installation', 'an installation', 'a portal refused a client'],
  ...['a hand-over', 'a hand-over with a factor', 'a refused hand-over'],
  ...['a hand-over with a published key', 'a hand-over with one of several keys'],
  ...['an assertion of a login', 'an assertion of a portal', 'the signature of an assertion'],
  ...['a login of a portal', 'a completed login', 'an account that a portal made'],
  ...['a login with an address to return to', 'a login without a refused address'],
  ...['bad-request', 'unknown-user', 'disabled-user', 'return-to'].map(
    (code) => `a login of a portal refused as ${code}`,
  ),
];

const guarded = Object.keys({ ...phoneRoutes, ...clientRoutes }).filter((route) => route !== 'GET /push/vapid');

/** Checks what even a small number of requests must reach. */
export function assertSmallCoverage(statistics: Statistics): void {
  statistics.needs('shown', shown);
  statistics.needs('accepted', ['username/passkey', 'passkey/submit', 'push/poll', 'enroll-push/poll']);
  statistics.needs('proven', [
    'a proof by few digits',
    'a login of a client',
    'a phone by mail',
    'a hand-over',
    'the signature of an assertion',
    'a login of a portal',
  ]);
  statistics.needs('routes carried out', ['POST /push/devices', 'GET /push/requests', 'POST /push/requests/:id']);
  statistics.needs('routes refused', ['POST /push/devices/:id/confirm', 'POST /push/requests/:id']);
  statistics.needs('refusals', ['wrong-credentials', 'wrong-code', 'locked', 'out-of-order', 'bad-client']);
  statistics.needs('used sessions', ['alive', 'dead']);
  statistics.needs('kills', ['before the commit', 'after the commit']);
}

/** Checks that many walks reached every route, verb and refusal: walks that miss one prove nothing about it. */
export function assertCoverage(statistics: Statistics): void {
  const { steps } = statistics;
  const between = statistics.count('between');
  assert.ok(between > steps / 200, `${between} interleavings in ${steps} requests, expected more than 1 in 200`);
  statistics.needs('routes', Object.keys(routeMoves));
  statistics.needs('routes carried out', guarded);
  statistics.needs('routes refused', guarded);
  statistics.needs('verbs', Object.keys(verbMoves));
  statistics.needs('shown', [...shown, ...moreShown]);
  statistics.needs(
    'ended',
    [...wire.kinds].filter((kind) => kind !== 'recover'),
  );
  statistics.needs('refusals', [
    'wrong-credentials',
    'wrong-code',
    'code-used',
    'locked',
    'out-of-order',
    'not-allowed',
  ]);
  statistics.needs('refusals', ['no-session', 'link-expired', 'no-such-link', 'flow-expired', 'no-such-flow', 'busy']);
  statistics.needs('refusals', ['bad-client', 'bad-hand-over', 'cross-site']);
  statistics.needs('accepted', accepted);
  statistics.needs('refused', refused);
  statistics.needs('proven', proven);
  statistics.needs('used sessions', ['alive', 'dead']);
  statistics.needs('expired', ['flow', 'session', 'link', 'device', 'desk']);
  statistics.needs('kills', ['before the commit', 'after the commit']);
  statistics.needs('ready', readies.slice(1));
  statistics.needs('tables', tableWays);
  statistics.needs('between', ['hash', 'write']);
}
