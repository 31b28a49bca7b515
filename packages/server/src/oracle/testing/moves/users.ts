import { appsOf, countOf, type User } from '../ledger/users.ts';
import type { Walk } from '../walk.ts';

/* The users of moves that need certain ones. */

/** The user, or another one who has an app with codes only. */
export function appUser(walk: Walk, user: User, fits: (user: User) => boolean = () => true): User {
  const hasApp = (each: User): boolean =>
    each.state === 'active' && each.authenticators.length > 0 && countOf(each) === appsOf(each).length && fits(each);
  return [user, ...walk.ledger.users].find(hasApp) ?? user;
}

/** The user, or another one whom systems hand over. */
export function trusted(walk: Walk, user: User, fits: (user: User) => boolean = () => true): User {
  const own = walk.ledger.users.filter((each) => each.external !== undefined && each.state === 'active' && fits(each));
  return own[walk.next() % Math.max(1, own.length)] ?? user;
}
