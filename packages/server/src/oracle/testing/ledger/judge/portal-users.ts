import assert from 'node:assert/strict';
import type { Ledger } from '../ledger.ts';
import type { Given } from '../records.ts';
import { mayReturn } from '../return-to.ts';
import type { Organisation, User } from '../users.ts';

/* What a portal tells of its users when it begins their logins, and which logins it may begin. */

/** A user as the portal tells of them. */
export interface Told {
  /** The username. */
  username: string;
  /** The email address. */
  email: string;
  /** Whether the user may log in. */
  isActive: boolean;
  /** When the password was changed in the portal, in ms since the epoch. */
  changed: number;
}

/** What a portal asks for. */
export interface AskedLogin {
  /** The portal's id of the user. */
  userId: string;
  organisation: Organisation;
  /** The user as the portal tells of them; undefined: nothing is told. */
  told?: Told | undefined;
  /** Where the login returns to. */
  returnTo?: string | undefined;
}

const accountsOf = ({ users }: Ledger, organisation: Organisation): User[] =>
  users.filter((each) => each.organisation === organisation && each.state !== 'gone');

/** The user with an external id; undefined if there is none or it was deleted. */
const portalUser = (ledger: Ledger, organisation: Organisation, id: string): User | undefined =>
  accountsOf(ledger, organisation).find(({ external }) => external === id);

/** Another user of the organisation who has this username, in any spelling. */
function namesake(ledger: Ledger, { organisation, userId, told }: AskedLogin): User | undefined {
  const user = ledger.find(organisation.id, told?.username);
  return user?.external === userId ? undefined : user;
}

/** The codes of the refusals that a login of a portal has a cause for. Empty: it must begin. */
export function causesOf(ledger: Ledger, asked: AskedLogin): string[] {
  const { userId, organisation, told, returnTo } = asked;
  const user = portalUser(ledger, organisation, userId);
  const holder = namesake(ledger, asked);
  const causes: [boolean, string][] = [
    [userId === '', 'bad-request'],
    // An account that is not the portal's never becomes that of its user by a login.
    [holder !== undefined && holder.external === undefined, 'bad-request'],
    [told === undefined && user === undefined, 'unknown-user'],
    [told?.isActive === false || user?.state === 'disabled', 'disabled-user'],
    [returnTo !== undefined && !mayReturn(organisation, returnTo), 'return-to'],
  ];
  return causes.flatMap(([isCause, code]) => (isCause ? [code] : []));
}

/** Judges the answer to a login that a portal began: it is refused for a cause, and only then. */
export function judgeAnswer(
  ledger: Ledger,
  causes: readonly string[],
  { status, code }: { status: number; code: string | undefined },
  given: Given,
): void {
  if (given.disturbed || status === 503) return;
  if (status === 200) {
    assert.deepEqual(causes, [], 'a login of a portal began that it may not begin (R1, R70)');
    return;
  }
  assert.ok(causes.includes(code ?? ''), `a login of a portal was refused as ${code} without a cause`);
  ledger.note(`a login of a portal refused as ${code}`);
}

/** Records what a portal told of a user. The account is made with it, or brought up to date. */
export function recordTold(ledger: Ledger, user: User, asked: AskedLogin): void {
  const { told } = asked;
  if (!told) return;
  const holder = namesake(ledger, asked);
  // No one has the name of a former holder until the portal tells of that user again.
  if (holder) holder.username = `former name of ${holder.id}`;
  if (user.email !== told.email) {
    user.confirmed = undefined;
    ledger.voidLinks(user, 'the address was changed in the portal');
  }
  Object.assign(user, { username: told.username, email: told.email });
  if (ledger.users.includes(user)) return;
  ledger.users.push(user);
  ledger.note('an account that a portal made');
}
