/*
 * Threat: a server that is killed at a critical time loses the record that a code was spent, a session ended or a mail is
 * due, or loses a login that it has acknowledged.
 */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { newId, systemRandom } from '../crypto/tokens.ts';
import { stepOf } from '../factors/totp/code.ts';
import { keyring } from '../http/testing/organisations.ts';
import { type MailServer, startMailServer } from '../mail/testing/mail-server.ts';
import type { Fixture } from '../store/testing/databases.ts';
import { withEachDatabase } from '../store/testing/databases.ts';
import { addUserWithCodes, type TestUser } from '../testing/users.ts';
import { type Chance, chance, until } from './support/chance.ts';
import {
  assertChain,
  compareAnswers,
  compareRows,
  type Journal,
  journalOf,
  type Known,
  replay,
} from './support/journal.ts';
import { linksSeen } from './support/mailbox.ts';
import { type ServerProcess, startServer } from './support/servers.ts';
import { isLoggedIn, Visitor } from './support/visitor.ts';

const KILLS = Number(process.env.TWEESTAP_DRILL_KILLS ?? 100);
const LANES = 6;
const USERS_PER_LANE = 4;
/** ms by which the clock moves between two kills: a new time step for every user, and expired leases. */
const LATER = 31_000;
/** ms, longer than the two minutes after which the mails of a killed sender are due again. */
const LEASE = 150_000;
/** The number of mails that one sender sends in parallel (decision 0011): for each kill, at most this many arrive twice. */
const MAILS_UNDER_WAY = 4;

interface Drill {
  fixture: Fixture;
  mail: MailServer;
  dice: Chance;
  journal: Journal;
  /** Users who forgot their password and have not requested a reset. Each requests one. */
  forgetful: TestUser[];
  clock: { ahead: number };
}

withEachDatabase(
  'R63 R85: a hundred kills lose no acknowledged write or mail, and revive nothing that was spent',
  async (fixture, t) => {
    const dice = chance();
    t.diagnostic(`TWEESTAP_DRILL_SEED=${dice.seed}`);
    const mail = await startMailServer();
    t.after(() => mail.close());
    const clock = { ahead: 0 };
    const add = userMaker(fixture, clock);
    const users: TestUser[] = [];
    for (let n = 0; n < LANES * USERS_PER_LANE; n += 1) users.push(await add(`user${n}`));
    const drill: Drill = { fixture, mail, dice, clock, journal: journalOf(users), forgetful: [] };
    let finished = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const server = await startAt(drill);
      t.after(() => server.kill());
      await check(drill, server, kill);
      clock.ahead += LATER;
      await server.moveClock(clock.ahead);
      for (let n = 0; n < 3; n += 1) drill.forgetful.push(await add(`forgetful${kill}-${n}`));
      await loadUntilKilled(drill, server);
      finished += drill.journal.finished.length;
    }
    assert.ok(finished >= KILLS, `only ${finished} logins were acknowledged`);
    const last = await startAt(drill, LEASE);
    t.after(() => last.kill());
    await check(drill, last, 0);
    await checkMails(drill);
    t.diagnostic(`${finished} logins and ${drill.journal.asked.size} mails acknowledged over ${KILLS} kills`);
  },
);

const startAt = ({ fixture, mail, clock }: Drill, later = 0): Promise<ServerProcess> =>
  startServer({ database: fixture.address, smtp: mail.address, ahead: clock.ahead + later });

function userMaker(fixture: Fixture, clock: { ahead: number }): (name: string) => Promise<TestUser> {
  const deps = { ...fixture, keyring, clock: () => Date.now() + clock.ahead };
  return async (name) => {
    const user = await addUserWithCodes(deps, 'alpha', name);
    const email = addressOf(user);
    await fixture.database.write((tx) => tx.updateTable('accounts').set({ email }).where('id', '=', user.id).execute());
    return user;
  };
}

const addressOf = ({ username }: TestUser): string => `${username}@mail.example`;

async function check({ fixture, journal, dice }: Drill, server: ServerProcess, kill: number): Promise<void> {
  await compareRows(fixture.database, journal);
  for (let n = 0; n < 2; n += 1) await replay(server.base, dice.pick(journal.known));
  await compareAnswers(server.base, journal);
  await assertChain(fixture.database);
  if (fixture.database.dialect === 'sqlite' && kill % 10 === 0) {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(fixture.database.read);
    assert.deepEqual(rows, [{ integrity_check: 'ok' }]);
  }
}

/** The users of a lane act one after another, so that each lane has at most one open request when the server is killed. */
async function loadUntilKilled(drill: Drill, server: ServerProcess): Promise<void> {
  const { journal, dice } = drill;
  let isDead = false;
  const lane = async (own: Known[]): Promise<void> => {
    while (!isDead) {
      const known = dice.pick(own);
      try {
        await act(drill, server.base, known);
      } catch (error) {
        if (!isDead) throw error;
        known.uncertain = true;
      }
    }
  };
  const lanes = Array.from({ length: LANES }, (_, n) =>
    lane(journal.known.slice(n * USERS_PER_LANE, (n + 1) * USERS_PER_LANE)),
  );
  const ends = Promise.allSettled(lanes);
  await wait(100 + dice.below(700));
  isDead = true;
  await server.kill();
  for (const end of await ends) if (end.status === 'rejected') throw end.reason;
}

async function act(drill: Drill, base: string, known: Known): Promise<void> {
  const { dice, journal, forgetful, mail } = drill;
  const choice = dice.below(10);
  const [session] = known.alive;
  if (choice < 1 && known.freshCodes.length > 0) return await logInByRecovery(journal, base, known);
  if (choice < 3 && session && !known.uncertain) return await logOut(base, known, session);
  if (choice < 5) {
    const user = forgetful.pop();
    if (user) return await askMail(journal, base, user);
  }
  if (choice < 6) {
    const link = linksSeen(mail, 'reset').find(({ token }) => !used.has(token));
    if (link) return await useLink(journal, base, link);
  }
  await logIn(drill, base, known);
}

async function logIn({ clock, journal }: Drill, base: string, known: Known): Promise<void> {
  const { user } = known;
  const step = stepOf(Date.now() + clock.ahead);
  if (known.tried >= step) return await idle(base);
  const visitor = new Visitor(base);
  const flow = await visitor.toCode(user);
  const code = user.code();
  const sent = stepOf(Date.now() + clock.ahead);
  // From here on, the code may be spent, with or without an answer.
  known.tried = sent;
  const reply = await visitor.submit(flow, { step: 'totp', code });
  assert.ok(isLoggedIn(reply), `${reply.status} ${reply.text}`);
  known.spent = { step: sent, code };
  known.alive.push(visitor);
  if (known.alive.length > 3) known.alive.shift();
  journal.finished.push(flow.id);
}

/** Logs in by a recovery code, which ends every other session of the account (R34). */
async function logInByRecovery(journal: Journal, base: string, known: Known): Promise<void> {
  const code = known.freshCodes.pop() ?? '';
  const visitor = new Visitor(base);
  const flow = await visitor.toCode(known.user);
  const reply = await visitor.submit(
    flow,
    { step: 'totp', action: 'switch', method: 'recovery-code' },
    { step: 'recovery-code', code },
  );
  assert.ok(isLoggedIn(reply), `${reply.status} ${reply.text}`);
  known.spentCodes.unshift(code);
  known.ended.push(...known.alive);
  known.alive = [visitor];
  known.uncertain = false;
  journal.finished.push(flow.id);
}

async function logOut(base: string, known: Known, session: Visitor): Promise<void> {
  const reply = await session.at(base).send('DELETE', '/session');
  assert.equal(reply.status, 204);
  known.alive = known.alive.filter((each) => each !== session);
  known.ended.push(session);
}

async function askMail(journal: Journal, base: string, user: TestUser): Promise<void> {
  const { organisation, username } = user;
  const email = addressOf(user);
  const inputs = [
    { step: 'organisation', organisation },
    { step: 'identify', username, email },
  ];
  const { reply } = await new Visitor(base).start('recover', inputs);
  assert.equal(reply.body?.flow?.step?.type, 'mail-sent', reply.text);
  journal.asked.add(email);
  usersByEmail.set(email, user);
}

const used = new Set<string>();
const usersByEmail = new Map<string, TestUser>();

async function useLink(journal: Journal, base: string, { to, token }: { to: string; token: string }): Promise<void> {
  const user = usersByEmail.get(to);
  used.add(token);
  if (!user) return;
  const visitor = new Visitor(base);
  const flow = await visitor.start('reset', [], { link: token });
  assert.equal(flow.reply.status, 201, flow.reply.text);
  const password = `a password of ${newId(systemRandom)}`;
  const reply = await visitor.submit(flow, { step: 'new-password', password });
  assert.equal(reply.status, 200, reply.text);
  journal.usedLinks.push({ token, user, password });
  visitor.close();
}

/** Gives the server work while a user waits for the next code. */
async function idle(base: string): Promise<void> {
  const visitor = new Visitor(base);
  await visitor.get('/organisations?q=a');
  visitor.close();
}

/** Each acknowledged request has its mail with one Message-ID, and only mails that were in progress at a kill arrived twice. */
async function checkMails(drill: Drill): Promise<void> {
  const { fixture, mail, journal } = drill;
  await until('the outbox is empty', async () => {
    const due = await fixture.database.read.selectFrom('outbox').select('id').where('state', '=', 'due').execute();
    return due.length === 0;
  });
  const seen = linksSeen(mail, 'reset');
  for (const address of journal.asked) {
    const ids = new Set(seen.filter(({ to }) => to === address).map(({ messageId }) => messageId));
    assert.equal(ids.size, 1, `${address} made one request and got ${ids.size} mails`);
  }
  const twice = mail.seen.length - new Set(mail.seen.map(({ messageId }) => messageId)).size;
  assert.ok(
    twice <= KILLS * MAILS_UNDER_WAY,
    `${twice} mails arrived twice, expected at most ${KILLS * MAILS_UNDER_WAY}`,
  );
}
