import { hasFactor, type User } from '../ledger/users.ts';
import type { Tabs } from '../place.ts';
import type { Walk } from '../walk.ts';
import type { Of } from './moves.ts';

const enrolls = (step: string): boolean => step.startsWith('enroll-');

/** Whether a user has a method, or may set it up. */
const fits: Readonly<Record<Of<'method'>['step'], (user: User) => boolean>> = {
  sms: ({ authenticators }) => authenticators.some(({ number }) => number !== undefined),
  email: (user) => user.organisation.emailCodes === true && !hasFactor(user),
  passkey: ({ passkeys }) => passkeys.length > 0,
  'enroll-sms': ({ organisation }) => organisation.sms,
  'enroll-passkey': ({ organisation }) => organisation.passkeys || organisation.sms,
};

/** Proves or sets up one method: with a wrong input first, and then with a correct one. */
export async function methodBy(walk: Walk, move: Of<'method'>): Promise<void> {
  const { browser } = walk.at(move);
  const users = walk.ledger.users.filter((user) => user.state === 'active' && fits[move.step](user));
  const user = users[move.who % Math.max(1, users.length)];
  if (!user) return;
  walk.place.clock.advance(60_000);
  if (enrolls(move.step)) await walk.login(browser, user, false);
  const flow = enrolls(move.step) ? await walk.begin(browser, 'enroll') : await walk.password(browser, user);
  let isWrong = true;
  for (let count = 0; flow && count < 10; count += 1) {
    const { step = '' } = flow;
    if (['done', 'locked'].includes(step)) return;
    if (step === 'enroll-method') await choose(walk, browser, move.step);
    else if (step !== move.step && ['totp', 'push'].includes(step) && !enrolls(move.step)) {
      await walk.submit(browser, flow, [{ step, action: 'switch', method: move.step }]);
      if (flow.step === step) return;
    } else {
      const good = step === move.step && isWrong ? 0 : 19;
      if (step === move.step) isWrong = false;
      if (step === 'totp') walk.place.clock.advance(30_000);
      if (!(await walk.answer(browser, good))) return;
    }
  }
}

async function choose(walk: Walk, browser: Tabs, step: Of<'method'>['step']): Promise<void> {
  const flow = browser.flows.at(-1);
  const method = step.replace('enroll-', '');
  if (flow) await walk.submit(browser, flow, [{ step: 'enroll-method', method }]);
}
