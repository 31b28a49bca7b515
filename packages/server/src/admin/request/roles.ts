import { AdminError } from './admin-error.ts';

/*
 * The rights of each role (R83). The portal authenticates its helpers and passes the actor. Only this file decides what
 * a role may do. A verb without a line here does not compile (`admin.ts`).
 */

/** The role of an actor. */
export type Role = 'administrator' | 'helpdesk' | 'counsellor';

/** The helper or program that makes a request. Always an object, and never with a key of another role. */
export type Actor =
  /** May use every verb for every organisation. */
  | { role: 'administrator'; name: string }
  /** Reaches the accounts of one organisation. */
  | { role: 'helpdesk'; name: string; organisation: string }
  /** Reaches the accounts of one organisation whose ids are listed in `people` (M8). */
  | { role: 'counsellor'; name: string; organisation: string; people: readonly string[] };

const helpDesk: readonly Role[] = ['administrator', 'helpdesk'];
const everyRole: readonly Role[] = [...helpDesk, 'counsellor'];
const administrators: readonly Role[] = ['administrator'];

/** The roles that may use each verb. `permitted.ts` decides which accounts they reach. */
export const rights = {
  find: everyRole,
  search: everyRole,
  unlock: everyRole,
  resetFactors: everyRole,
  issueCode: everyRole,
  endSessions: everyRole,
  invite: everyRole,
  pushLink: everyRole,
  letter: everyRole,
  resetPassword: helpDesk,
  disable: helpDesk,
  enable: helpDesk,
  addUser: helpDesk,
  importUsers: helpDesk,
  exportUsers: helpDesk,
  listMail: helpDesk,
  resendMail: helpDesk,
  setPassword: administrators,
  changeEmail: administrators,
  updateUser: administrators,
  syncUsers: administrators,
  deleteUser: administrators,
  addOrganisation: administrators,
  rotateKey: administrators,
  replaceSigningKeys: administrators,
} as const satisfies Readonly<Record<string, readonly Role[]>>;

/**
 * The fields that fewer roles may use than their verb. Only an administrator sets credentials, because a helper who
 * knows a password and a secret can log in as that user. The fields of `importUsers` are columns of its file.
 */
export const fieldRights = {
  addUser: {
    password: administrators,
    passwordHash: administrators,
    totpSecret: administrators,
    phoneNumber: administrators,
    passkeys: administrators,
    phones: administrators,
    recoveryCodes: administrators,
    externalId: administrators,
  },
  importUsers: {
    password: administrators,
    password_hash: administrators,
    totp_secret: administrators,
    phone_number: administrators,
    external_id: administrators,
  },
} as const satisfies { readonly [V in keyof typeof rights]?: Readonly<Record<string, readonly Role[]>> };

/** The name of a verb. */
export type AdminVerb = keyof typeof rights;

/** With control characters and line breaks, a name or reason could imitate other entries in a text of the audit. */
const CONTROL = /\p{Cc}/u;
const MAX_LENGTH = 500;

/** Returns whether a value is one non-empty line of at most 500 characters. */
export function isLine(text: unknown): text is string {
  return typeof text === 'string' && text.trim() !== '' && text.length <= MAX_LENGTH && !CONTROL.test(text);
}

/** The keys of each role's actor in addition to `role` and `name`. */
const keysOf: Readonly<Record<Role, readonly string[]>> = {
  administrator: [],
  helpdesk: ['organisation'],
  counsellor: ['organisation', 'people'],
};

/**
 * Returns a checked copy of an actor, so that later changes of the object have no effect. @throws AdminError
 * `bad-request`
 */
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
  if (!isLine(name)) throw badActor(`name must be one line of 1 to ${MAX_LENGTH} characters`);
  if (role === 'administrator') return { role, name };
  if (!isLine(organisation))
    throw badActor(`organisation must be the id of the organisation that the ${role} works for`);
  if (role === 'helpdesk') return { role, name, organisation };
  if (!Array.isArray(people) || !people.every(isLine)) throw badActor('people must be a list of account ids');
  return { role, name, organisation, people: [...people] };
}

/** Returns a copy of the object's own keys. An inherited key gives no role. */
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

const badActor = (why: string): AdminError => new AdminError('bad-request', `The actor is invalid: ${why}.`);
