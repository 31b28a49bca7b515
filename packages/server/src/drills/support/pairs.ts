import assert from 'node:assert/strict';
import type { Person } from '../../http/testing/people.ts';
import { type HeldFlow, totp } from '../../http/testing/server.ts';
import type { Database } from '../../store/database.ts';
import { isLoggedIn, Visitor } from './visitor.ts';

/** A login that is half-way, seen through whichever instance answers. */
export interface HalfWay {
  person: Person;
  visitor: Visitor;
  flow: HeldFlow;
}

export async function halfWay(base: string, person: Person): Promise<HalfWay> {
  const visitor = new Visitor(base);
  return { person, visitor, flow: await visitor.toCode(person) };
}

/** Sends the last input at an instance; undefined when no answer came. */
export async function finishAt(base: string, { person, visitor, flow }: HalfWay) {
  const moved = visitor.at(base);
  try {
    return { reply: await moved.submit(flow, totp(person)), moved };
  } catch {
    return undefined;
  } finally {
    moved.close();
  }
}

/**
 * Whatever died meanwhile: the code of each login was good for one session at most, the flow is done or goes on at an
 * instance that lives, and a second use of the code gives nothing.
 */
export async function assertGoesOnOnce(base: string, { read }: Pick<Database, 'read'>, all: HalfWay[]): Promise<void> {
  for (const each of all) {
    const { person } = each;
    const before = await sessionsOf(read, person);
    assert.ok(before <= 1, `${person.username} has ${before} sessions of one code`);
    const again = await finishAt(base, each);
    assert.ok(again, 'an instance that lives answers');
    if (before === 0)
      assert.ok(isLoggedIn(again.reply), `the login of ${person.username} goes on: ${again.reply.text}`);
    else assert.ok(!isLoggedIn(again.reply), `the flow of ${person.username} gave a second session`);
    const replayed = await finishAt(base, await halfWay(base, person));
    assert.ok(replayed && !isLoggedIn(replayed.reply), `the code of ${person.username} was good twice`);
    assert.equal(await sessionsOf(read, person), 1);
  }
}

async function sessionsOf(read: Database['read'], { id }: Person): Promise<number> {
  return (await read.selectFrom('sessions').select('id_hash').where('account_id', '=', id).execute()).length;
}
