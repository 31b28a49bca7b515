import { AdminError } from './admin-error.ts';

/*
 * Who may do what (R83). The portal knows its helpers and says who asks; this is the one place that decides what a role
 * may do, for every verb. A verb without a line here can't be offered (`admin.ts`).
 */

export type Role = 'administrator' | 'helpdesk' | 'counsellor';

/** The user or program that asks, as the portal knows them. Always an object, and never with a key of another role. */
export type Actor =
  /** Everything, everywhere. */
  | { role: 'administrator'; name: string }
  /** The people of one organisation. */
  | { role: 'helpdesk'; name: string; organisation: string }
  /** The people that are named, by the ids of their accounts (M8). */
  | { role: 'counsellor'; name: string; organisation: string; people: readonly string[] };

const desk: readonly Role[] = ['administrator', 'helpdesk'];
const anybody: readonly Role[] = [...desk, 'counsellor'];
const administrators: readonly Role[] = ['administrator'];

/** Which roles may use a verb at all. Whom they reach with it is decided in `permitted.ts`. */
export const rights = {
  find: anybody,
  search: anybody,
  unlock: anybody,
  resetFactors: anybody,
  issueCode: anybody,
  endSessions: anybody,
  invite: anybody,
  letter: anybody,
  resetPassword: desk,
  disable: desk,
  enable: desk,
  addUser: desk,
  importUsers: desk,
  exportUsers: desk,
  listMail: desk,
  resendMail: desk,
  setPassword: administrators,
  changeEmail: administrators,
  deleteUser: administrators,
  addOrganisation: administrators,
  rotateKey: administrators,
} as const satisfies Readonly<Record<string, readonly Role[]>>;

/**
 * Fields of a verb that fewer roles may use than the verb: credentials are set by an administrator alone, since a helper
 * who knows a password and a secret can log in as that user. The fields of `importUsers` are columns of its file.
 */
export const fieldRights = {
  addUser: {
    password: administrators,
    passwordHash: administrators,
    totpSecret: administrators,
    recoveryCodes: administrators,
  },
  importUsers: { password: administrators, password_hash: administrators, totp_secret: administrators },
} as const satisfies { readonly [V in keyof typeof rights]?: Readonly<Record<string, readonly Role[]>> };

export type AdminVerb = keyof typeof rights;

/** Control characters and line breaks would let a name or reason imitate other entries where the audit is read as text. */
const CONTROL = /\p{Cc}/u;
const LONGEST = 500;

/** One line that says something. */
export function isLine(text: unknown): text is string {
  return typeof text === 'string' && text.trim() !== '' && text.length <= LONGEST && !CONTROL.test(text);
}

/** The keys that the actor of a role has, beside `role` and `name`. */
const keysOf: Readonly<Record<Role, readonly string[]>> = {
  administrator: [],
  helpdesk: ['organisation'],
  counsellor: ['organisation', 'people'],
};

/** A checked copy of an actor: later changes of the caller's object have no effect. @throws AdminError `bad-request` */
export function actorOf(given: Actor): Actor {
  const actor = ownKeys(given);
  const { role, name, organisation, people } = actor;
  if (!isRole(role)) throw badActor('role must be administrator, helpdesk or counsellor');
  const allowed = ['role', 'name', ...keysOf[role]];
  const unknown = Object.keys(actor).find((key) => !allowed.includes(key));
  if (unknown !== undefined) {
    const key = JSON.stringify(unknown.slice(0, 40));
    throw badActor(`unknown key ${key}, the keys of the role "${role}" are ${allowed.join(', ')}`);
  }
  if (!isLine(name)) throw badActor(`name must be one line of 1 to ${LONGEST} characters`);
  if (role === 'administrator') return { role, name };
  if (!isLine(organisation))
    throw badActor(`organisation must be the id of the organisation that the ${role} works for`);
  if (role === 'helpdesk') return { role, name, organisation };
  if (!Array.isArray(people) || !people.every(isLine)) throw badActor('people must be a list of the ids of accounts');
  return { role, name, organisation, people: [...people] };
}

/** What the object itself says: a key that it inherits gives no role. */
function ownKeys(given: unknown): Record<string, unknown> {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    return Object.assign(Object.create(null), given);
  }
  const got = given === null ? 'null' : Array.isArray(given) ? 'a list' : `a ${typeof given}`;
  throw new AdminError('bad-request', `The actor must be an object such as { role, name }, got ${got}.`);
}

function isRole(role: unknown): role is Role {
  return typeof role === 'string' && Object.hasOwn(keysOf, role);
}

const badActor = (why: string): AdminError => new AdminError('bad-request', `The actor is wrong: ${why}.`);
