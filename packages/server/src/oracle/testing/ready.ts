import type { User } from './ledger/users.ts';
import type { Ready } from './moves.ts';
import { verbMoves } from './verbs.ts';
import type { Tabs, Walk } from './walk.ts';

type GetReady = (walk: Walk, browser: Tabs, user: User) => Promise<boolean>;

/** Brings a new flow to a step that one more correct input completes. Returns false if the flow does not get there. */
export const getReady: { readonly [R in Ready]: GetReady } = {
  nowhere: async () => false,
  totp: async (walk, browser, user) => (await walk.password(browser, user))?.step === 'totp',
  async passkey(walk, browser, user) {
    const own = walk.passkeyUser(user);
    browser.user = own;
    const flow = await walk.begin(browser, 'login', [{ step: 'organisation', organisation: own.organisation.id }]);
    return flow?.step === 'username' && own.passkeys.length > 0;
  },
  recovery: atRecovery,
  async desk(walk, browser, user) {
    await verbMoves.issueCode(walk, user, 0);
    return await atRecovery(walk, browser, user);
  },
  enroll: async (walk, browser, user) => await ownUntil(walk, browser, user, { kind: 'enroll', step: 'enroll-totp' }),
  codes: async (walk, browser, user) =>
    await ownUntil(walk, browser, user, { kind: 'recovery-codes', step: 'recovery-codes' }),
  change: async (walk, browser, user) =>
    await ownUntil(walk, browser, user, { kind: 'change-password', step: 'new-password' }),
  disable: async (walk, browser, user) => await ownUntil(walk, browser, user, { kind: 'disable', step: 'totp' }),
  'step-up': async (walk, browser, user) => await ownUntil(walk, browser, user, { kind: 'step-up', step: 'totp' }),
  async link(walk, browser, user) {
    browser.user = user;
    await walk.begin(browser, 'recover', [{ step: 'organisation', organisation: user.organisation.id }]);
    await walk.answer(browser, 19);
    const [token, link] = [...walk.ledger.links].filter(([, each]) => each.user === user && !each.dead).at(-1) ?? [];
    if (token === undefined || !link) return false;
    return (await walk.begin(browser, link.kind, [], token))?.step === 'new-password';
  },
};

async function atRecovery(walk: Walk, browser: Tabs, user: User): Promise<boolean> {
  const flow = await walk.password(browser, user);
  if (flow?.step !== 'totp') return false;
  await walk.submit(browser, flow, [{ step: 'totp', action: 'switch', method: 'recovery-code' }]);
  return (flow.step as string) === 'recovery-code';
}

/** Logs in, begins a flow of the session, and brings it to a step. */
async function ownUntil(
  walk: Walk,
  browser: Tabs,
  user: User,
  { kind, step }: { kind: string; step: string },
): Promise<boolean> {
  await walk.login(browser, user, false);
  const flow = await walk.begin(browser, kind);
  for (let count = 0; flow && flow.step !== step && count < 4; count += 1) {
    walk.place.clock.advance(30_000);
    if (!(await walk.answer(browser, 19))) return false;
  }
  return flow?.step === step;
}
