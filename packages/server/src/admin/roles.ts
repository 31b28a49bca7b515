import { AdminError } from './admin-error.ts';

/*
 * Who may do what (R83). The portal knows its helpers and says who asks; this is the one place that decides what a role
 * may do, for every verb. A verb without a line here can't be offered (`admin.ts`).
 */

export type Role = 'administrator' | 'helpdesk' | 'counsellor';

/** Who asks, as the portal knows them. */
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
  disable: desk,
  enable: desk,
  addPerson: desk,
  importPeople: desk,
  exportPeople: desk,
  listMail: desk,
  resendMail: desk,
  deletePerson: administrators,
  addOrganisation: administrators,
  rotateKey: administrators,
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type AdminVerb = keyof typeof rights;

/** Control characters and line breaks would let a name or reason imitate other entries where the audit is read as text. */
const CONTROL = /\p{Cc}/u;
const LONGEST = 500;

/** One line that says something. */
export function isLine(text: unknown): text is string {
  return typeof text === 'string' && text.trim() !== '' && text.length <= LONGEST && !CONTROL.test(text);
}

/** The actor as it is meant: a name alone is an administrator's. @throws AdminError for anything that is no role */
export function actorOf(given: string | Actor): Actor {
  if (isLine(given)) return { role: 'administrator', name: given };
  if (typeof given !== 'object' || given === null || !isLine(given.name)) {
    throw new AdminError('bad-request', `The actor is wrong: expected a name of one line, 1 to ${LONGEST} characters.`);
  }
  const { role, name } = given;
  if (role === 'administrator') return { role, name };
  if ((role !== 'helpdesk' && role !== 'counsellor') || !isLine(given.organisation)) {
    throw new AdminError(
      'bad-request',
      'The actor is wrong: expected the role administrator, or helpdesk or counsellor with an organisation.',
    );
  }
  const { organisation } = given;
  if (role === 'helpdesk') return { role, name, organisation };
  if (Array.isArray(given.people) && given.people.every(isLine)) {
    return { role, name, organisation, people: given.people };
  }
  throw new AdminError('bad-request', 'The actor is wrong: expected people, a list of the ids of accounts.');
}
