import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { type HeldFlow, totp } from '../../http/testing/server.ts';
import type { Database } from '../../store/database.ts';
import type { TestUser } from '../../testing/users.ts';
import { isLoggedIn, Visitor } from './visitor.ts';

/** A login that is half-way, seen through whichever instance answers. */
export interface PendingLogin {
  person: TestUser;
  visitor: Visitor;
  flow: HeldFlow;
}

export async function pendingLogin(base: string, person: TestUser): Promise<PendingLogin> {
  const visitor = new Visitor(base);
  return { person, visitor, flow: await visitor.toCode(person) };
}

/** Sends the last input at an instance; undefined when no answer came. */
export async function finishAt(base: string, { person, visitor, flow }: PendingLogin) {
  const moved = visitor.at(base);
  try {
    return { reply: await moved.submit(flow, totp(person)), moved };
  } catch {
    return undefined;
  } finally {
    moved.close();
  }
}

/** How often a login is sent again that is refused as busy, and ms between the tries: longer than any row lock is held. */
const TRIES = 20;
const BETWEEN = 500;

/**
 * The same as often as the instance is busy: one that stands still holds its row locks until the database takes them away
 * (`IDLE_IN_TRANSACTION`), and until then a login of that account is refused.
 */
async function finishWhenFree(base: string, half: PendingLogin): ReturnType<typeof finishAt> {
  for (let tries = 1; ; tries += 1) {
    const answer = await finishAt(base, half);
    if (answer?.reply.status !== 503 || tries === TRIES) return answer;
    await wait(BETWEEN);
  }
}

/**
 * Whatever died meanwhile: the code of each login was good for one session at most, the flow is done or goes on at an
 * instance that lives, and a second use of the code gives nothing.
 */
export async function assertGoesOnOnce(
  base: string,
  { read }: Pick<Database, 'read'>,
  all: PendingLogin[],
): Promise<void> {
  for (const each of all) {
    const { person } = each;
    const before = await sessionsOf(read, person);
    assert.ok(before <= 1, `${person.username} has ${before} sessions of one code`);
    const again = await finishWhenFree(base, each);
    assert.ok(again, 'an instance that lives answers');
    if (before === 0)
      assert.ok(isLoggedIn(again.reply), `the login of ${person.username} goes on: ${again.reply.text}`);
    else assert.ok(!isLoggedIn(again.reply), `the flow of ${person.username} gave a second session`);
    const replayed = await finishAt(base, await pendingLogin(base, person));
    assert.ok(replayed && !isLoggedIn(replayed.reply), `the code of ${person.username} was good twice`);
    assert.equal(await sessionsOf(read, person), 1);
  }
}

async function sessionsOf(read: Database['read'], { id }: TestUser): Promise<number> {
  return (await read.selectFrom('sessions').select('id_hash').where('account_id', '=', id).execute()).length;
}
