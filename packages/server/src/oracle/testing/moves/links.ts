import type { FlowRecord } from '../ledger/records.ts';
import type { User } from '../ledger/users.ts';
import { codeFor, confirmPhone, openLink, signerOf, strangerOf, wrongOf } from '../phones.ts';
import type { Tabs } from '../place.ts';
import type { Walk } from '../walk.ts';
import { setClock } from './clock.ts';
import { type Of, pick } from './moves.ts';
import { verbMoves } from './verbs.ts';

/* What users, thieves and strangers do with a link for a phone. */

const MINUTE = 60_000;

/** A phone that is linked, by the one who links it. */
interface Linking {
  walk: Walk;
  browser: Tabs;
  user: User;
  link: string;
  /** The flow that shows the link; absent for a link of the help desk. */
  flow?: FlowRecord;
}

type LinkAttack = (at: Linking) => Promise<unknown>;

const linkAndConfirm: LinkAttack = async ({ walk, browser, link }) => {
  const phone = await openLink(walk, browser, link);
  if (phone && phone.channel !== 'screen') await confirmPhone(walk, browser, phone);
};

/** What happens to a link for a phone. In a flow, correct inputs follow. */
const linkAttacks: Readonly<Record<string, LinkAttack>> = {
  right: linkAndConfirm,
  again: async (at) => {
    await linkAndConfirm(at);
    await linkAndConfirm(at);
  },
  wrongCode: async ({ walk, browser, link, flow }) => {
    const phone = await openLink(walk, browser, link);
    if (!phone) return;
    const code = codeFor(walk, phone);
    const wrong = wrongOf(code);
    // One wrong code, or one more than are evaluated.
    for (let count = walk.next() % 2 === 0 ? 1 : 6; count > 0; count -= 1) {
      if (flow && phone.channel === 'screen') await walk.submit(browser, flow, [{ step: 'enroll-push', code: wrong }]);
      await confirmPhone(walk, browser, phone, { code: wrong });
    }
    await confirmPhone(walk, browser, phone, { code });
  },
  /** The login goes on before the code of the phone was typed. */
  unconfirmed: async ({ walk, browser, link, flow }) => {
    const phone = await openLink(walk, browser, link);
    if (phone && flow) await walk.submit(browser, flow, [{ step: 'enroll-push', action: 'poll' }]);
  },
  /** A code that another phone or an earlier link got. */
  resent: async ({ walk, browser, link, flow }) => {
    const phone = await openLink(walk, browser, link);
    if (!phone || !flow) return;
    await walk.submit(browser, flow, [{ step: 'enroll-push', action: 'resend' }]);
    await confirmPhone(walk, browser, phone);
    await openLink(walk, browser, link);
  },
  otherKey: async (at) => {
    const { walk, browser, link } = at;
    const { publicKey } = await strangerOf(walk);
    await openLink(walk, browser, link, { publicKey });
    await linkAndConfirm(at);
  },
  otherPhone: async ({ walk, browser, link }) => {
    const phone = await openLink(walk, browser, link);
    if (!phone) return;
    await confirmPhone(walk, browser, phone, { signer: await strangerOf(walk) });
    await confirmPhone(walk, browser, phone);
  },
  /** The key of a phone that has, or had, another user. */
  knownKey: async (at) => {
    const { walk, browser, link } = at;
    const known = walk.ledger.users.flatMap(({ phones }) => phones).find(({ id }) => signerOf(id));
    const signer = signerOf(known?.id);
    if (signer) await openLink(walk, browser, link, { signer });
    await linkAndConfirm(at);
  },
  late: async (at) => {
    at.walk.place.clock.advance(16 * MINUTE);
    await linkAndConfirm(at);
    await setClock(at.walk, -10 * MINUTE);
    await linkAndConfirm(at);
  },
  lateCode: async ({ walk, browser, link }) => {
    const phone = await openLink(walk, browser, link);
    walk.place.clock.advance(11 * MINUTE);
    if (phone) await confirmPhone(walk, browser, phone);
    await setClock(walk, -3 * MINUTE);
    if (phone) await confirmPhone(walk, browser, phone);
  },
  revoked: async (at) => {
    const { walk, browser, user, link } = at;
    const phone = await openLink(walk, browser, link);
    await pick([verbMoves.setPassword, verbMoves.resetFactors, verbMoves.disable], walk.next())(walk, user, 0);
    if (phone) await confirmPhone(walk, browser, phone);
  },
};

/** The ways in which a link is used or attacked. */
const linkings = [...Object.keys(linkAttacks), 'resent', 'resent', 'resent', 'wrongCode', 'wrongCode'];

/**
 * The way for a move. Only a phone of an invited user waits for a code on the screen, and only a flow sends another one, so
 * these are tried more often.
 */
function linkingOf({ by, how }: Of<'link'>): string {
  if (by === 'invite' && how % 2 === 1) return 'wrongCode';
  return by !== 'desk' && how % 3 === 2 ? 'resent' : pick(linkings, how);
}

/** Links a phone: in a login, from a session, after an invitation, or by a link of the help desk. */
export async function linkBy(walk: Walk, move: Of<'link'>): Promise<void> {
  const { browser } = walk.at(move);
  const user = move.by === 'invite' ? await invitedUser(walk, move) : linkingUser(walk, move);
  if (!user) return;
  const attack = linkAttacks[linkingOf(move)];
  if (move.by === 'desk') {
    await verbMoves.pushLink(walk, user, 0);
    const [link] = [...walk.ledger.phones.links].findLast(([, each]) => each.user === user && !each.flow) ?? [];
    // The codes of the app are for one use.
    walk.place.clock.advance(30_000);
    if (link) await attack?.({ walk, browser, user, link });
    return;
  }
  const flow = await toLink(walk, browser, user, move.by);
  const step = await walk.look(browser, flow);
  if (!flow || step?.type !== 'enroll-push') return;
  await attack?.({ walk, browser, user, flow, link: String(step.uri).split('#mfa-push=')[1] ?? '' });
  await walk.finish(browser, 19);
}

/** A new user without a password, of an organisation with phones. Only the phone itself can show the code then. */
async function invitedUser(walk: Walk, { who }: Of<'link'>): Promise<User | undefined> {
  const own = walk.ledger.users.filter(({ organisation }) => organisation.phones);
  const like = own[who % Math.max(1, own.length)];
  const isInvited = ({ password, state, organisation }: User): boolean =>
    password === undefined && state === 'active' && organisation === like?.organisation;
  if (like && !walk.ledger.users.some(isInvited)) await verbMoves.addUser(walk, like, 2);
  return walk.ledger.users.find(isInvited);
}

/** A user of an organisation with phones who can link one in this way. */
function linkingUser(walk: Walk, { by, who }: Of<'link'>): User | undefined {
  const numbered = walk.ledger.users.filter(
    ({ organisation, state, authenticators }) =>
      state === 'active' &&
      (organisation.phones || by === 'desk') &&
      authenticators.some(({ number }) => number !== undefined),
  );
  if (by !== 'login' && numbered.length > 0 && walk.next() % 2 === 0) return numbered[who % numbered.length];
  const own = walk.ledger.users.filter(({ organisation, state }) => organisation.phones && state === 'active');
  const isOpen = ({ authenticators, phones, passkeys }: User): boolean =>
    (authenticators.length + phones.length + passkeys.length === 0) === (by === 'login');
  const fit = own.filter(isOpen);
  return fit[who % Math.max(1, fit.length)] ?? own[who % Math.max(1, own.length)];
}

/** The flow in which a phone is linked: of an invitation, of a session, or of a login. */
async function begunBy(walk: Walk, browser: Tabs, user: User, by: string): Promise<FlowRecord | undefined> {
  if (by === 'enroll') return await walk.begin(browser, 'enroll');
  if (by === 'login') return await walk.password(browser, user);
  await verbMoves.invite(walk, user, 0);
  const [link] =
    [...walk.ledger.links].findLast(([, each]) => each.user === user && each.kind === 'activate' && !each.dead) ?? [];
  return link === undefined ? undefined : await walk.begin(browser, 'activate', [], { link });
}

/** Brings a flow to the step that shows a link. */
export async function toLink(walk: Walk, browser: Tabs, user: User, by: string): Promise<FlowRecord | undefined> {
  if (by === 'enroll') await walk.login(browser, user, false);
  const flow = await begunBy(walk, browser, user, by);
  for (let count = 0; flow && flow.step !== 'enroll-push' && count < 5; count += 1) {
    if (flow.step === 'enroll-method') {
      await walk.submit(browser, flow, [{ step: 'enroll-method', method: 'push' }]);
    } else {
      walk.place.clock.advance(30_000);
      if (!(await walk.answer(browser, 19))) return undefined;
    }
  }
  return flow;
}
