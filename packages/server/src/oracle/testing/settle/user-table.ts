import type { Directory, DirectoryUser } from '../../../directory/directory.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { newUser, type Organisation, type User } from '../ledger/users.ts';

/** The user table of a portal. It has the users of the ledger of the present walk, with their present passwords. */
export class UserTable implements Directory {
  /** The ledger of the present walk. */
  ledger: Ledger | undefined;
  /** Whether every call fails. */
  isDown = false;
  answerTime = 200;
  /** Runs once, between the next correct password and the answer that it is correct. */
  meanwhile: (() => Promise<unknown>) | undefined;

  find = async ({ organisation, username }: Parameters<Directory['find']>[0]): Promise<DirectoryUser | undefined> => {
    if (this.isDown) throw new Error('the table is down');
    const user = this.ledger?.find(organisation, username);
    const { portal, external } = user ?? {};
    if (!user || !portal || external === undefined) return undefined;
    // The id is unique over all organisations, so that the user is found by it.
    const id = external;
    const passwordChangedAt = new Date(portal.changed);
    return { id, username: user.username, email: user.email, active: portal.isActive, passwordChangedAt };
  };

  verifyPassword = async ({ id }: DirectoryUser, password: string): Promise<boolean> => {
    if (this.isDown) throw new Error('the table is down');
    const user = this.ledger?.users.find(({ external, portal }) => portal && !portal.isGone && external === id);
    const isRight = user?.password === password;
    const { meanwhile } = this;
    if (isRight && meanwhile) {
      this.meanwhile = undefined;
      await meanwhile();
    }
    return isRight;
  };
}

let made = 0;

/** Adds a user to the table of the portal, who has no account yet. */
export function tableUser(organisation: Organisation, username: string, now: number): User {
  made += 1;
  const password = `the portal has sentence ${made}`;
  const user = newUser({ id: '', organisation, username, email: `${username}@users.example`, password, since: now });
  return Object.assign(user, { external: `row-${made}`, portal: { isActive: true, isGone: false, changed: now } });
}
