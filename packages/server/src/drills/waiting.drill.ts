/*
 * Threat: a thousand screens that wait for a phone exhaust the memory, ask the database all the time, or delay the one whose
 * phone answers.
 */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { systemClock } from '../crypto/tokens.ts';
import { keyring } from '../http/testing/organisations.ts';
import { type Events, openEvents, PhoneClient } from '../http/testing/phone-client.ts';
import type { HeldFlow } from '../http/testing/server.ts';
import { givePhone } from '../push/testing/give-phone.ts';
import type { Phone } from '../push/testing/phone.ts';
import type { TestClock } from '../store/testing/databases.ts';
import { type Fixture, withEachDatabase } from '../store/testing/databases.ts';
import { addUser, type TestUser } from '../testing/users.ts';
import { type ServerProcess, startServer } from './support/servers.ts';
import { Visitor } from './support/visitor.ts';

const MIB = 1024 * 1024;
const SCREENS = 1000;
const AT_A_TIME = 32;
/** The limit in bytes on the growth of resident memory: a socket, a response and one small object for each screen. */
const MEMORY = 100 * MIB;
/** In ms: how long all screens wait without any event. Two signs of life are sent in this time. */
const QUIET_MS = 35_000;
/** The statements in that time, including those of the timers of the server. */
const MAX_TRANSACTIONS = 400;
/** In ms: PostgreSQL counts the transactions of an idle connection after ten seconds, and on a busy machine later. */
const COUNTED_AFTER_MS = 30_000;
/** The number of phones that answer, and the limits in ms on the time until their screens know it. */
const ANSWERS = 50;
const MEDIAN_MS = 300;
const SLOWEST_MS = 2000;

interface Screen {
  user: TestUser;
  phone: Phone;
  visitor: Visitor;
  flow: HeldFlow;
  events: Events;
}

withEachDatabase(
  'a thousand waiting screens are bounded in memory, ask nothing, and learn of an answer at once',
  async (fixture, t) => {
    const server = await startServer({ database: fixture.address });
    t.after(() => server.kill());
    const screens: Screen[] = [];
    const prepared = await inBatches(SCREENS, (n) => loginOf(fixture, server, n));
    const before = await server.memory();
    for (const login of prepared) screens.push({ ...login, events: await opened(server, login) });
    const waiting = await server.memory();
    t.diagnostic(`${SCREENS} streams: ${Math.round((waiting - before) / MIB)} MiB more`);
    assert.ok(waiting - before <= MEMORY, `${Math.round((waiting - before) / MIB)} MiB more`);

    if (fixture.database.dialect === 'postgres') await wait(COUNTED_AFTER_MS);
    const asked = await transactions(fixture);
    await wait(QUIET_MS);
    const questions = (await transactions(fixture)) - asked;
    t.diagnostic(`${questions} transactions in ${QUIET_MS / 1000} quiet seconds`);
    assert.ok(questions <= MAX_TRANSACTIONS, `${questions} transactions while nothing happened`);
    assert.ok((await server.memory()) - before <= MEMORY, 'the memory grows while nothing happens');

    const times: number[] = [];
    for (const screen of screens.slice(0, ANSWERS)) times.push(await answer(server, screen));
    times.sort((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)] ?? 0;
    t.diagnostic(`answers: ${Math.round(median)} ms median, ${Math.round(times.at(-1) ?? 0)} ms at most`);
    assert.ok(median <= MEDIAN_MS && (times.at(-1) ?? 0) <= SLOWEST_MS, JSON.stringify(times.map(Math.round)));

    for (const { events, visitor } of screens) {
      events.close();
      visitor.close();
    }
  },
);

/** A user with a phone, whose login waits for it. */
async function loginOf({ database }: Fixture, { base }: ServerProcess, n: number) {
  const clock = systemClock as unknown as TestClock;
  const given = { organisation: 'alpha', username: `screen${n}`, without: 'totp' } as const;
  const user = await addUser({ database, keyring, clock }, given);
  const { phone } = await givePhone({ database, keyring, clock }, user);
  const visitor = new Visitor(base);
  const flow = await visitor.toCode(user);
  assert.equal(flow.reply.body.flow.step.state, 'pending', flow.reply.text);
  return { user, phone, visitor, flow };
}

async function opened({ base }: ServerProcess, { visitor, flow }: Pick<Screen, 'visitor' | 'flow'>): Promise<Events> {
  const cookie = [...visitor.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const events = await openEvents(`${base}/flows/${flow.id}/events`, { authorization: `Bearer ${flow.token}`, cookie });
  assert.equal((await events.next())?.event, 'changed');
  return events;
}

/** Approves the login of a screen, and returns the ms from the answer of the server to the phone until the screen knows it. */
async function answer({ base }: ServerProcess, { phone, flow, events }: Screen): Promise<number> {
  const visitor = new Visitor(base);
  const client = new PhoneClient(visitor.browser, phone);
  const [request] = await client.requests();
  assert.ok(request, 'the phone has no request');
  const since = performance.now();
  const sent = client.answer(request, 'approve', flow.reply.body.flow.step.number);
  assert.equal((await events.next())?.event, 'changed');
  const ms = performance.now() - since;
  assert.equal((await sent).status, 200);
  visitor.close();
  return ms;
}

/** The transactions of the database so far; 0 on SQLite, which does not count them. */
async function transactions({ database }: Fixture): Promise<number> {
  if (database.dialect === 'sqlite') return 0;
  const { rows } = await sql<{ count: number }>`
    select xact_commit as count from pg_stat_database where datname = current_database()`.execute(database.read);
  return Number(rows[0]?.count ?? 0);
}

async function inBatches<T>(count: number, one: (n: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let n = 0; n < count; n += AT_A_TIME) {
    const size = Math.min(AT_A_TIME, count - n);
    all.push(...(await Promise.all(Array.from({ length: size }, (_, at) => one(n + at)))));
  }
  return all;
}
