/*
 * Threats: toll fraud, where an attacker makes the server send thousands of texts to numbers that earn the attacker money;
 * and a stranger who uses up the texts that a user needs to log in.
 */
import assert from 'node:assert/strict';
import { parseOrganisation } from '../organisations/schema.ts';
import type { Database } from '../store/database.ts';
import { withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { sweep } from '../store/upkeep/sweep.ts';
import { countSending, type Sending, sendingWait } from './sending-limits.ts';
import { keyring } from './testing/texts.ts';

const DAY = 24 * 3_600_000;
const LIMITS = { account: 4, number: 3, prefix: 6, country: 8, network: 10, organisation: 12 };

const policyWith = (perDay: Partial<typeof LIMITS>) => {
  const sms = { country: 'NL', countries: ['NL', 'BE'], perDay: { ...LIMITS, ...perDay } };
  return parseOrganisation({ id: 'clinic', name: 'Clinic', policy: { sms } }).policy;
};

/** Limits so high that they do not matter, except those that are given. */
const only = (perDay: Partial<typeof LIMITS>) => policyWith({ ...highest, ...perDay });
const highest = Object.fromEntries(Object.keys(LIMITS).map((scope) => [scope, 1_000_000]));

const sendingAt = (now: number, given: Partial<Sending> = {}): Sending => ({
  ...{ organisation: { id: 'clinic' }, accountId: 'anna', destination: '+31612345678', network: '192.0.2.1' },
  ...{ policy: policyWith({}), keyring, now },
  ...given,
});

/** Sends until it is refused, and returns how many texts were sent. */
async function sendAll(database: Database, count: number, make: (n: number) => Sending): Promise<number> {
  let sent = 0;
  for (let n = 0; n < count; n += 1) {
    const sending = make(n);
    const wait = await sendingWait(database.read, sending);
    const isCounted = await database.write((tx) => countSending(tx, sending));
    assert.equal(wait === undefined, isCounted, 'what is announced is what is enforced');
    if (isCounted) sent += 1;
  }
  return sent;
}

const other = (n: number): Pick<Sending, 'accountId' | 'network'> => ({
  accountId: `account-${n}`,
  network: `198.51.100.${n}`,
});

const scopes: readonly [keyof typeof LIMITS, (n: number) => Partial<Sending>][] = [
  ['account', (n) => ({ network: `198.51.100.${n}`, destination: `+3161${2_000_000 + n * 10_000}` })],
  ['number', other],
  ['prefix', (n) => ({ ...other(n), destination: `+3161234${5000 + n}` })],
  ['country', (n) => ({ ...other(n), destination: `+3161${2_000_000 + n * 10_000}` })],
  ['network', (n) => ({ accountId: `account-${n}`, destination: `+3161${2_000_000 + n * 10_000}` })],
  [
    'organisation',
    (n) => ({ ...other(n), destination: n % 2 ? `+3161${2_000_000 + n * 10_000}` : `+3247${1_000_000 + n * 10_000}` }),
  ],
];
for (const [scope, make] of scopes) {
  withDatabases(`R24 the limit of texts by ${scope} holds, and ends with the day`, async ({ database, clock }) => {
    const policy = only({ [scope]: LIMITS[scope] });
    const send = (now: number) => sendAll(database, 20, (n) => sendingAt(now, { ...make(n), policy }));
    assert.equal(await send(clock()), LIMITS[scope]);
    const endOfDay = clock() - (clock() % DAY) + DAY;
    assert.equal(await send(endOfDay - 1), 0);
    assert.equal(await sendingWait(database.read, sendingAt(endOfDay - 1500, { ...make(0), policy })), 2);
    assert.equal(await send(endOfDay), LIMITS[scope]);
  });
}

withEachDatabase(
  'R24 parallel requests of two instances never exceed a limit',
  async ({ database, clock, openAnother }) => {
    const another = await openAnother();
    const counts = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        (n % 2 ? database : another).write((tx) =>
          countSending(tx, sendingAt(clock(), { ...other(n), destination: `+3161${2_000_000 + n * 10_000}` })),
        ),
      ),
    );
    assert.equal(counts.filter(Boolean).length, LIMITS.country, 'the lowest limit that all of them share');
    const toBelgium = (n: number) =>
      sendingAt(clock(), { ...other(100 + n), destination: `+3247${1_000_000 + n * 10_000}` });
    assert.equal(
      await sendAll(database, 20, toBelgium),
      LIMITS.organisation - LIMITS.country,
      'a refused text is counted nowhere',
    );
  },
);

withDatabases('R24 a text that one limit refuses uses up no other', async ({ database, clock }) => {
  const spread = (n: number) => ({ accountId: `account-${n}`, destination: `+3161${2_000_000 + n * 10_000}` });
  const send = (perDay: Partial<typeof LIMITS>) =>
    sendAll(database, 10, (n) => sendingAt(clock(), { ...spread(n), policy: only(perDay) }));
  assert.equal(await send({ network: 6, organisation: 3 }), 3);
  assert.equal(await send({ network: 6 }), 3);
});

withEachDatabase('R24 a limit holds after a restart', async ({ database, clock, openAnother }) => {
  assert.equal(await sendAll(database, 20, () => sendingAt(clock())), LIMITS.number);
  const restarted = await openAnother();
  assert.equal(await sendAll(restarted, 20, () => sendingAt(clock())), 0);
});

withDatabases('R24 no text is counted or sent to a country that is not listed', async ({ database, clock }) => {
  for (const destination of ['+4915123456789', '+12015550123', '+881612345678', 'nonsense', '']) {
    assert.equal(await sendAll(database, 3, () => sendingAt(clock(), { destination })), 0, destination);
  }
  assert.equal(await sendAll(database, 3, () => sendingAt(clock(), { policy: {} })), 0, 'no policy for texts');
  assert.deepEqual(await database.read.selectFrom('counters').selectAll().execute(), []);
});

withDatabases(
  'R91 others who enter a user’s number use up no text that the user needs to log in',
  async ({ database, clock }) => {
    await sendAll(database, 20, (n) => sendingAt(clock(), other(n)));
    assert.notEqual(
      await sendingWait(database.read, sendingAt(clock())),
      undefined,
      'the number can’t be enrolled today',
    );
    const own = sendingAt(clock(), { isConfirmed: true });
    assert.equal(await sendAll(database, 2, () => own), 2);
  },
);

withDatabases('R64 the texts of one organisation count for no other', async ({ database, clock }) => {
  await sendAll(database, 20, (n) => sendingAt(clock(), other(n)));
  const elsewhere = (n: number) => sendingAt(clock(), { ...other(n), organisation: { id: 'school' } });
  assert.equal(await sendAll(database, 20, elsewhere), LIMITS.number);
});

withDatabases('a limit that the organisation raises applies immediately', async ({ database, clock }) => {
  await sendAll(database, 20, () => sendingAt(clock()));
  const policy = policyWith({ number: LIMITS.number + 1 });
  assert.equal(await sendAll(database, 20, () => sendingAt(clock(), { policy })), 1);
});

withDatabases('R25 R66 the counters hold no number, and are deleted after their day', async ({ database, clock }) => {
  await sendAll(database, 1, () => sendingAt(clock()));
  const rows = await database.read.selectFrom('counters').selectAll().execute();
  assert.equal(rows.length, 6);
  for (const secret of ['612345678', 'anna', '192.0.2.1']) assert.ok(!JSON.stringify(rows).includes(secret), secret);
  await sweep(database, clock() + DAY);
  assert.equal((await database.read.selectFrom('counters').selectAll().execute()).length, 6);
  await sweep(database, clock() + 2 * DAY);
  assert.equal((await database.read.selectFrom('counters').selectAll().execute()).length, 0);
});
