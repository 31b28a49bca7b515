import type { LinkKind } from '../ledger/records.ts';
import type { User } from '../ledger/users.ts';
import type { Walk } from '../walk.ts';
import type { Of } from './moves.ts';
import { verbMoves } from './verbs.ts';

/** Requests a link and uses it as its mail or letter says. */
export async function mail(walk: Walk, move: Of<'mail'>): Promise<void> {
  const { browser, user } = walk.at(move);
  const { organisation } = user;
  browser.user = user;
  const sent: Record<Of<'mail'>['for'], () => Promise<LinkKind>> = {
    recover: async () => {
      await walk.begin(browser, 'recover', [{ step: 'organisation', organisation: organisation.id }]);
      await walk.answer(browser, move.good);
      return user.password === undefined ? 'activate' : 'reset';
    },
    register: async () => {
      const eve = walk.ledger.users.find((each) => each.organisation.email) ?? user;
      const email = `new${walk.next()}@post.example`;
      const first = { step: 'organisation', organisation: eve.organisation.id };
      await walk.begin(browser, 'register', [first, { step: 'identify', email }]);
      return 'register';
    },
    invite: async () => await verbMoves.invite(walk, await invited(walk, user), 0).then(() => 'activate'),
    letter: async () => await verbMoves.letter(walk, await invited(walk, user), 0).then(() => 'activate'),
    'reset-letter': async () => await verbMoves.resetPassword(walk, user, 1).then(() => 'reset'),
    'reset-code': async () => {
      await verbMoves.resetPassword(walk, user, 0);
      const first = { step: 'organisation', organisation: organisation.id };
      if (await walk.begin(browser, 'reset', [first])) await walk.finish(browser, move.good);
      return 'reset';
    },
    unlock: async () => {
      for (let count = 0; count < organisation.soft + 1; count += 1) await walk.password(browser, user, 'wrong');
      await walk.answer(browser, 19);
      return 'unlock';
    },
  };
  const kind = await sent[move.for]();
  const [token] =
    [...walk.ledger.links].filter(([, link]) => link.kind === kind && link.dead === undefined).at(-1) ?? [];
  if (token === undefined) return;
  const link = walk.ledger.links.get(token);
  if (link?.user) browser.user = link.user;
  if (await walk.begin(browser, kind, [], { link: token })) await walk.finish(browser, move.good);
}

/** Finds a user without a password, or adds one. */
async function invited(walk: Walk, user: User): Promise<User> {
  const isInvited = ({ password, state, external }: User): boolean =>
    password === undefined && external === undefined && state === 'active';
  // With the number 2, `addUser` adds a user without credentials.
  if (!walk.ledger.users.some(isInvited)) await verbMoves.addUser(walk, user, 2);
  return walk.ledger.users.find(isInvited) ?? user;
}
