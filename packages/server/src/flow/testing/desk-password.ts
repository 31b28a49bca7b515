import assert from 'node:assert/strict';
import type { Input } from '@tweestap/protocol';
import type { ResetPasswordRequest } from '../../admin/help-desk/reset-password.ts';
import type { Actor } from '../../admin/request/roles.ts';
import type { Fixture } from '../../store/testing/databases.ts';
import type { Outcome } from '../context.ts';
import { type Browser, type TestUser, World } from './world.ts';

/* Password resets that the help desk starts: the steps of the help desk and of the user. */

/** In ms. */
export const HOUR = 3_600_000;
/** The new password. */
export const NEW = 'a lamp beside the canal';
const HELPER: Actor = { role: 'helpdesk', name: 'hans', organisation: 'clinic' };
/** The actor, reason and organisation of a request of the help desk. */
export const BY_HELPER = { actor: HELPER, reason: 'called, known by voice', organisation: 'clinic' } as const;

/** An organisation with this policy, and the user `ada` in it. */
export async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>, policy: object = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy });
  const ada = await world.user();
  return { world, ada };
}

/** The code of a reset that the help desk starts for a user. */
export async function codeFor(
  world: World,
  { username }: TestUser,
  more: Partial<ResetPasswordRequest> = {},
): Promise<string> {
  const started = await world.admin.resetPassword({ ...BY_HELPER, account: username, ...more, by: 'code' });
  assert.ok(started.by === 'code');
  return started.code;
}

/** The token of the link in a printed letter of the help desk. */
export async function letterFor(world: World, { username }: TestUser): Promise<string> {
  const started = await world.admin.resetPassword({ ...BY_HELPER, account: username, by: 'letter' });
  assert.ok(started.by === 'letter');
  const [, token] = />https:\/\/portal\.example\/account#mfa-reset=([\w-]{43})</.exec(started.html) ?? [];
  assert.ok(token, 'the letter contains the link as text');
  return token;
}

/** The inputs that identify a user with a code. */
export const identify = (username: string, code: string, organisation = 'clinic'): Input[] => [
  { step: 'organisation', organisation },
  { step: 'identify', username, code },
];

/** Starts a reset with a code in a new browser. */
export const start = (world: World, user: Pick<TestUser, 'username'>, code: string): Promise<[Browser, Outcome]> =>
  begun(world.browser(), (browser) => browser.start('reset', identify(user.username, code)));

/** A browser with the outcome of its first request. */
export async function begun(
  browser: Browser,
  work: (browser: Browser) => Promise<Outcome>,
): Promise<[Browser, Outcome]> {
  return [browser, await work(browser)];
}

/** Submits the new password. */
export const choose = (browser: Browser, password = NEW) => browser.submit({ step: 'new-password', password });

/** Whether the user can log in with this password and the authenticator. */
export async function logsIn(world: World, user: TestUser, password = NEW): Promise<boolean> {
  world.clock.advance(30_000);
  return (await world.browser().login({ ...user, password })).flow.status === 'done';
}
