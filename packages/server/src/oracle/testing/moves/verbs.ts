import type { AdminVerb } from '../../../admin/request/roles.ts';
import { dropFactors, type User } from '../ledger/users.ts';
import { addUser, operator } from '../settle/settle.ts';
import type { Walk } from '../walk.ts';
import { change } from './policies.ts';

type VerbMove = (walk: Walk, user: User, number: number) => Promise<void>;

const about = ({ organisation, username }: User) => ({
  ...operator,
  organisation: organisation.id,
  account: username,
});

/** Counts each use of a verb. */
function counted(moves: { readonly [V in AdminVerb]: VerbMove }): { readonly [V in AdminVerb]: VerbMove } {
  const entries = Object.entries(moves).map(([verb, move]): [string, VerbMove] => [
    verb,
    async (walk, ...given) => {
      walk.place.statistics.record('verbs', verb);
      await move(walk, ...given);
    },
  ]);
  return Object.fromEntries(entries) as { readonly [V in AdminVerb]: VerbMove };
}

/** How a walk uses each administration verb. A missing verb does not compile. */
export const verbMoves = counted({
  find: async (walk, user) => void (await walk.administer((admin) => admin.find(about(user)))),
  search: async (walk, { organisation: { id } }) =>
    void (await walk.administer((admin) => admin.search({ ...operator, organisation: id, query: 'a' }))),
  invite: async (walk, user) => {
    await walk.administer((admin) => admin.invite(about(user)));
    await walk.readMail();
  },
  pushLink: async (walk, user) => {
    await walk.administer((admin) => admin.pushLink(about(user)));
    await walk.readMail();
  },
  letter,
  unlock,
  resetPassword,
  setPassword,
  changeEmail,
  updateUser: async (walk, user) =>
    void (await walk.administer((admin) => admin.updateUser({ ...about(user), name: `Name ${walk.next()}` }))),
  syncUsers,
  resetFactors,
  issueCode,
  endSessions: async (walk, user) => {
    if (!(await walk.administer((admin) => admin.endSessions(about(user))))) return;
    walk.ledger.endSessions(user, 'the help desk ended it');
    await walk.useSessionsOf(user);
  },
  disable,
  enable: async (walk, user) => {
    if (await walk.administer((admin) => admin.enable(about(user)))) user.state = 'active';
  },
  addUser: async (walk, { organisation }, number) => {
    if (walk.ledger.users.length > 20) return;
    const username = organisation.email ? `eve${walk.next()}@post.example` : `user${walk.next()}`;
    const has = (['all', 'password', 'nothing'] as const)[number % 3] ?? 'all';
    const added = await walk.administer((admin) => addUser(admin, organisation, { username, has, since: walk.now() }));
    if (added) walk.ledger.users.push(added);
  },
  importUsers: async (walk, { organisation: { id, email } }) => {
    const name = email ? `import${walk.next()}@post.example` : `import${walk.next()}`;
    const csv = `organisation,username\n${id},${name}\n`;
    await walk.administer((admin) => admin.importUsers({ ...operator, csv }));
  },
  exportUsers: async (walk, { organisation: { id } }) =>
    void (await walk.administer((admin) => admin.exportUsers({ ...operator, organisation: id }))),
  listMail: async (walk, { organisation: { id } }) =>
    void (await walk.administer((admin) => admin.listMail({ ...operator, organisation: id }))),
  resendMail: async (walk, { organisation: { id } }) =>
    void (await walk.administer((admin) => admin.resendMail({ ...operator, organisation: id }))),
  deleteUser,
  addOrganisation: async (walk, { organisation }) => await change(walk, organisation, {}),
  rotateKey: async (walk) => void (await walk.administer((admin) => admin.rotateKey(operator))),
  replaceSigningKeys: async (walk) => void (await walk.administer((admin) => admin.replaceSigningKeys(operator))),
});

async function letter(walk: Walk, user: User): Promise<void> {
  const { account, ...request } = about(user);
  const made = await walk.administer((admin) => admin.letter({ ...request, accounts: [account] }));
  const token = /#mfa-activate=([\w-]{43})/.exec(made?.html ?? '')?.[1];
  if (token === undefined) return;
  const organisation = user.organisation.id;
  walk.ledger.mailed(token, { kind: 'activate', user, organisation, from: walk.now() });
}

/** Starts a new password by a letter or a code, as another actor than the one who resets factors (R83). */
async function resetPassword(walk: Walk, user: User, number: number): Promise<void> {
  const actor = { role: 'administrator', name: 'another operator' } as const;
  const by = number % 2 === 0 ? 'code' : 'letter';
  const started = await walk.administer((admin) => admin.resetPassword({ ...about(user), actor, by }));
  if (!started) return;
  const until = Date.parse(started.expiresAt);
  // A new letter or code makes the older ones invalid.
  walk.ledger.voidLinks(user, 'the help desk started a new password', 'reset');
  user.passwordCode = started.by === 'code' ? { code: started.code, until } : undefined;
  const token = started.by === 'letter' ? /#mfa-reset=([\w-]{43})/.exec(started.html)?.[1] : undefined;
  const organisation = user.organisation.id;
  if (token === undefined) return;
  walk.ledger.mailed(token, { kind: 'reset', user, organisation, from: walk.now(), byDesk: true });
}

async function setPassword(walk: Walk, user: User): Promise<void> {
  const password = `a sentence set as number ${walk.next()}`;
  if (!(await walk.administer((admin) => admin.setPassword({ ...about(user), password })))) return;
  const changed = { password, passwords: user.passwords + 1, since: walk.now(), mustChange: false, disowned: false };
  Object.assign(user, changed, { desk: undefined, passwordCode: undefined });
  walk.ledger.voidLinks(user, 'an administrator set the password');
  walk.ledger.revoke(user, 'an administrator set the password');
  walk.ledger.counts.passwordReset(user);
  await walk.useSessionsOf(user);
}

async function changeEmail(walk: Walk, user: User): Promise<void> {
  const email = `changed${walk.next()}@users.example`;
  if (!(await walk.administer((admin) => admin.changeEmail({ ...about(user), email })))) return;
  user.email = email;
  user.confirmed = undefined;
  walk.ledger.voidLinks(user, 'the address was changed');
}

/** Adds users of a portal. They have no password here, so no walk logs in as them. */
async function syncUsers(walk: Walk, { organisation: { id, email } }: User): Promise<void> {
  const username = email ? `portal${walk.next()}@post.example` : `portal${walk.next()}`;
  await walk.administer((admin) =>
    admin.syncUsers({ ...operator, organisation: id, users: [{ id: username, username }] }),
  );
}

async function unlock(walk: Walk, user: User): Promise<void> {
  if (!(await walk.administer((admin) => admin.unlock(about(user))))) return;
  walk.ledger.counts.liftedFor(user);
}

async function resetFactors(walk: Walk, user: User): Promise<void> {
  if (!(await walk.administer((admin) => admin.resetFactors(about(user))))) return;
  dropFactors(user);
  user.desk = undefined;
  walk.ledger.revoke(user, 'the help desk reset the factors');
  await walk.useSessionsOf(user);
}

async function issueCode(walk: Walk, user: User): Promise<void> {
  const issued = await walk.administer((admin) => admin.issueCode(about(user)));
  if (issued) user.desk = { code: issued.code, until: Date.parse(issued.expiresAt) };
}

async function disable(walk: Walk, user: User): Promise<void> {
  if (!(await walk.administer((admin) => admin.disable(about(user))))) return;
  shut(walk, user, 'disabled');
  await walk.useSessionsOf(user);
}

async function deleteUser(walk: Walk, user: User): Promise<void> {
  const active = walk.ledger.users.filter(({ state }) => state === 'active');
  if (active.length < 4 || user.state === 'gone') return;
  // If the answer was lost and the verb repeated, the account no longer exists, and the verb is refused.
  await walk.administer((admin) => admin.deleteUser(about(user)));
  shut(walk, user, 'gone');
  walk.ledger.counts.forget(user);
  walk.ledger.phones.forget(user);
  await walk.useSessionsOf(user);
}

function shut({ ledger }: Walk, user: User, state: 'disabled' | 'gone'): void {
  user.state = state;
  user.desk = undefined;
  user.passwordCode = undefined;
  ledger.shut(user, `the account was ${state}`);
  ledger.voidLinks(user, `the account was ${state}`);
}
