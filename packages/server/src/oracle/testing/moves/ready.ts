import { hasFactor, mandatoryFrom, type User } from '../ledger/users.ts';
import { answerRequest, linkInFlow } from '../phones.ts';
import type { Tabs } from '../place.ts';
import { assertionOf, clientKeys } from '../settle/client-keys.ts';
import type { Walk } from '../walk.ts';
import { onPortal } from './assertions.ts';
import { handOver } from './hand-overs.ts';
import { toLink } from './links.ts';
import type { Ready, Request } from './moves.ts';
import { secondStep } from './portals.ts';
import { appUser, trusted } from './users.ts';
import { verbMoves } from './verbs.ts';

type GetReady = (walk: Walk, browser: Tabs, user: User) => Promise<boolean>;

/** Brings a new flow to a step that one more correct input completes. Returns false if the flow does not get there. */
export const getReady: { readonly [R in Ready]: GetReady } = {
  nowhere: async () => false,
  totp: async (walk, browser, user) => (await walk.password(browser, appUser(walk, user)))?.step === 'totp',
  async passkey(walk, browser, user) {
    const own = walk.passkeyUser(user);
    browser.user = own;
    const flow = await walk.begin(browser, 'login', [{ step: 'organisation', organisation: own.organisation.id }]);
    return flow?.step === 'username' && own.passkeys.length > 0;
  },
  recovery: atRecovery,
  async desk(walk, browser, user) {
    const own = appUser(walk, user);
    await verbMoves.issueCode(walk, own, 0);
    return await atRecovery(walk, browser, own);
  },
  enroll: async (walk, browser, user) => await ownUntil(walk, browser, user, { kind: 'enroll', step: 'enroll-totp' }),
  codes: async (walk, browser, user) =>
    await ownUntil(walk, browser, user, { kind: 'recovery-codes', step: 'recovery-codes' }),
  change: async (walk, browser, user) =>
    await ownUntil(walk, browser, user, { kind: 'change-password', step: 'new-password' }),
  disable: async (walk, browser, user) => {
    const own = appUser(walk, user, ({ organisation }) => walk.now() < mandatoryFrom(organisation));
    return await ownUntil(walk, browser, own, { kind: 'disable', step: 'totp' });
  },
  'step-up': async (walk, browser, user) =>
    await ownUntil(walk, browser, appUser(walk, user), { kind: 'step-up', step: 'totp' }),
  /** An approved request, so that a poll is the last proof. */
  async push(walk, browser, user) {
    const own = walk.phoneUser(user);
    walk.place.clock.advance(11 * 60_000);
    if ((await walk.password(browser, own))?.step !== 'push') return false;
    await answerRequest(walk, browser, own, 18);
    return true;
  },
  /** A confirmed phone, so that a poll links it. */
  async phone(walk, browser) {
    const { users } = walk.ledger;
    const fit = users.filter(({ organisation, state }) => organisation.phones && state === 'active');
    const own = fit[walk.next() % Math.max(1, fit.length)];
    const flow = own && (await toLink(walk, browser, own, hasFactor(own) ? 'enroll' : 'login'));
    const step = await walk.look(browser, flow);
    if (!flow || step?.type !== 'enroll-push') return false;
    await linkInFlow(walk, browser, { flow, step, good: 19 });
    return true;
  },
  /** A login of a client that the password completes. */
  async client(walk, browser, user) {
    const { users } = walk.ledger;
    const own = [user, ...users].find(({ organisation }) => organisation.clients.length > 0);
    if (!own) return false;
    browser.user = own;
    const inputs = [
      { step: 'organisation', organisation: own.organisation.id },
      { step: 'username', username: own.username },
    ];
    const clientAssertion = assertionOf(clientKeys.kiosk, 'kiosk', walk.now());
    const flow = await walk.begin(browser, 'login', inputs, { client: 'kiosk', clientAssertion });
    return flow?.step === 'password';
  },
  /** A login that a system that proves the password has begun, at its second factor. */
  'hand-over': async (walk, browser, user) =>
    (await handOver(walk, browser, trusted(walk, user, hasFactor)))?.step === 'totp',
  /** A login on the page of a portal, at its second factor. */
  portal: async (walk, browser, user) => (await onPortal(walk, browser, appUser(walk, user)))?.step === 'totp',
  /** A login that a portal has begun, at its second factor. */
  'second-step': async (walk, browser, user) =>
    (await secondStep(walk, browser, trusted(walk, user, hasFactor)))?.step === 'totp',
  async link(walk, browser, user) {
    browser.user = user;
    await walk.begin(browser, 'recover', [{ step: 'organisation', organisation: user.organisation.id }]);
    await walk.answer(browser, 19);
    const [token, link] = [...walk.ledger.links].filter(([, each]) => each.user === user && !each.dead).at(-1) ?? [];
    if (token === undefined || !link) return false;
    return (await walk.begin(browser, link.kind, [], { link: token }))?.step === 'new-password';
  },
};

/** The last request of a flow that is ready, where it is not the usual answer: a poll without a look at the phone. */
export const lastRequests: { readonly [R in Ready]?: (by: { browser: number; who: number }) => Request } = {
  push: (by) => ({ do: 'answer', good: 5, ...by }),
};

async function atRecovery(walk: Walk, browser: Tabs, user: User): Promise<boolean> {
  const flow = await walk.password(browser, appUser(walk, user));
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
