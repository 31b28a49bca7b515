import assert from 'node:assert/strict';
import type { Input } from '@tweestap/protocol';
import type { ResetPasswordRequest } from '../../admin/help-desk/reset-password.ts';
import type { Actor } from '../../admin/request/roles.ts';
import type { Fixture } from '../../store/testing/databases.ts';
import type { Outcome } from '../context.ts';
import { type Browser, type TestUser, World } from './world.ts';

/* New passwords that the help desk starts, as helper and user go through them. */

export const HOUR = 3_600_000;
export const NEW = 'a lamp beside the canal';
const ACTOR: Actor = { role: 'helpdesk', name: 'hans', organisation: 'clinic' };
export const WHO = { actor: ACTOR, reason: 'called, known by voice', organisation: 'clinic' } as const;

export async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>, policy: object = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy });
  const ada = await world.user();
  return { world, ada };
}

export async function codeFor(
  world: World,
  { username }: TestUser,
  more: Partial<ResetPasswordRequest> = {},
): Promise<string> {
  const started = await world.admin.resetPassword({ ...WHO, account: username, ...more, by: 'code' });
  assert.ok(started.by === 'code');
  return started.code;
}

/** The token of the link on a printed letter. */
export async function letterFor(world: World, { username }: TestUser): Promise<string> {
  const started = await world.admin.resetPassword({ ...WHO, account: username, by: 'letter' });
  assert.ok(started.by === 'letter');
  const [, token] = />https:\/\/portal\.example\/account#mfa-reset=([\w-]{43})</.exec(started.html) ?? [];
  assert.ok(token, 'the letter has the link as text');
  return token;
}

export const identify = (username: string, code: string, organisation = 'clinic'): Input[] => [
  { step: 'organisation', organisation },
  { step: 'identify', username, code },
];

export const start = (world: World, person: Pick<TestUser, 'username'>, code: string): Promise<[Browser, Outcome]> =>
  begun(world.browser(), (browser) => browser.start('reset', identify(person.username, code)));

export async function begun(
  browser: Browser,
  work: (browser: Browser) => Promise<Outcome>,
): Promise<[Browser, Outcome]> {
  return [browser, await work(browser)];
}

export const choose = (browser: Browser, password = NEW) => browser.submit({ step: 'new-password', password });

export async function logsIn(world: World, person: TestUser, password = NEW): Promise<boolean> {
  world.clock.advance(30_000);
  return (await world.browser().login({ ...person, password })).flow.status === 'done';
}
