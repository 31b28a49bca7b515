import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { type HeldFlow, totp } from '../../http/testing/server.ts';
import type { Database } from '../../store/database.ts';
import type { TestUser } from '../../testing/users.ts';
import { isLoggedIn, Visitor } from './visitor.ts';

/** A login that has reached the code step, on any instance. */
export interface PendingLogin {
  /** The user. */
  user: TestUser;
  /** The browser. */
  visitor: Visitor;
  /** The flow. */
  flow: HeldFlow;
}

/** Begins a login at an instance, up to the code step. */
export async function pendingLogin(base: string, user: TestUser): Promise<PendingLogin> {
  const visitor = new Visitor(base);
  return { user, visitor, flow: await visitor.toCode(user) };
}

/** Sends the last input to an instance. Returns undefined if there is no answer. */
export async function finishAt(base: string, { user, visitor, flow }: PendingLogin) {
  const moved = visitor.at(base);
  try {
    return { reply: await moved.submit(flow, totp(user)), moved };
  } catch {
    return undefined;
  } finally {
    moved.close();
  }
}

/** The number of tries for a login that is refused as busy, and the ms between them: longer in sum than any row lock. */
const TRIES = 20;
const BETWEEN = 500;

/**
 * Repeats `finishAt` while the instance is busy. A stopped instance keeps its row locks until the database releases them
 * (`IDLE_IN_TRANSACTION`); until then, logins of that account are refused.
 */
async function finishWhenFree(base: string, half: PendingLogin): ReturnType<typeof finishAt> {
  for (let tries = 1; ; tries += 1) {
    const answer = await finishAt(base, half);
    if (answer?.reply.status !== 503 || tries === TRIES) return answer;
    await wait(BETWEEN);
  }
}

/**
 * Checks, after a failure, that the code of each login gave at most one session, that the flow is done or continues on a
 * running instance, and that a second use of the code gives no session.
 */
export async function assertGoesOnOnce(
  base: string,
  { read }: Pick<Database, 'read'>,
  all: PendingLogin[],
): Promise<void> {
  for (const each of all) {
    const { user } = each;
    const before = await sessionsOf(read, user);
    assert.ok(before <= 1, `${user.username} has ${before} sessions of one code`);
    const again = await finishWhenFree(base, each);
    assert.ok(again, 'a running instance answers');
    if (before === 0)
      assert.ok(isLoggedIn(again.reply), `the login of ${user.username} continues: ${again.reply.text}`);
    else assert.ok(!isLoggedIn(again.reply), `the flow of ${user.username} gave a second session`);
    const replayed = await finishAt(base, await pendingLogin(base, user));
    assert.ok(replayed && !isLoggedIn(replayed.reply), `the code of ${user.username} was accepted twice`);
    assert.equal(await sessionsOf(read, user), 1);
  }
}

async function sessionsOf(read: Database['read'], { id }: TestUser): Promise<number> {
  return (await read.selectFrom('sessions').select('id_hash').where('account_id', '=', id).execute()).length;
}
