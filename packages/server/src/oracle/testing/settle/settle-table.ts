import type { Admin } from '../../../admin/admin.ts';
import type { User } from '../ledger/users.ts';
import { definitionOf, organisationsOf } from './organisations.ts';
import { addUser, operator } from './settle.ts';
import { tableUser } from './user-table.ts';

/** Creates two organisations whose users are in the table. Some have accounts with an app, others have never logged in. */
export async function settleTable(admin: Admin, number: number, now: number): Promise<User[]> {
  const { court, quay } = organisationsOf(number, now);
  const users: User[] = [];
  for (const organisation of [court, quay]) {
    await admin.addOrganisation({ ...operator, organisation: definitionOf(organisation) });
    for (const username of ['ana', 'ben', 'cas']) {
      const user = tableUser(organisation, username, now);
      const { external = '', password, portal } = user;
      const given = { username, has: username === 'ben' ? 'nothing' : 'all', since: now, external } as const;
      const settled = username === 'cas' ? user : await addUser(admin, organisation, given);
      users.push(Object.assign(settled, { password, portal }));
    }
  }
  return users;
}
