import type { FloorOptions } from '../accounts/answer-floor.ts';
import { createHashQueue, type HashOrigin } from '../accounts/hash-queue.ts';
import { emailKey, UsernameError, usernameKey } from '../accounts/username.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';

/** A user as the directory of a portal knows them. */
export interface DirectoryUser {
  /** The portal's id of the user: 1 to 200 characters. It never changes and never belongs to another user. */
  id: string;
  /** The username in its usual spelling. In an organisation whose usernames are email addresses, the address. */
  username: string;
  /** The name that is shown. Default: none. */
  name?: string | null | undefined;
  /** The address for email about the account. Default: the username if that is an address, otherwise none. */
  email?: string | null | undefined;
  /** Whether the user may log in; if not, the login is refused like a wrong password. Default: true. */
  active?: boolean | undefined;
  /**
   * When the password was last changed. If it differs from the time at the previous login, everything that rests on the old
   * password ends: sessions, remembered devices and open flows (R34). Default: not known.
   */
  passwordChangedAt?: Date | null | undefined;
}

/** The user table of a portal, which stays where it is. Tweestap keeps the factors, devices and locks of its users. */
export interface Directory {
  /**
   * Returns the user of a name as it was typed, or undefined. All spellings that the portal accepts lead to the same user.
   */
  find(query: { organisation: string; username: string }): Promise<DirectoryUser | null | undefined>;
  /** Returns whether a password, as it was typed, is that of the user. It must not depend on anything else. */
  verifyPassword(user: DirectoryUser, password: string): Promise<boolean>;
  /**
   * Stores a new password. Default: Tweestap offers no change of the password and no 'Forgot password?', because the portal has
   * pages of its own for both.
   */
  setPassword?(user: DirectoryUser, password: string): Promise<void>;
  /** Returns the user of an email address, for 'Forgot password?'. Default: `find` with the address as the username. */
  findByEmail?(query: { organisation: string; email: string }): Promise<DirectoryUser | null | undefined>;
  /**
   * How long each answer to a password takes, in ms: 200 to 5000, longer than `find` and `verifyPassword` together. Otherwise
   * the time reveals which names exist (R54). A warning is logged when it is exceeded. Default: 1000.
   */
  answerTime?: number;
}

/** The directory did not answer, or answered something that is not a user. HTTP responds with `503 busy`. */
export class DirectoryError extends Error {
  readonly code = 'directory-failed';
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DirectoryError';
  }
}

/** A user of the directory, after the check. */
export interface CheckedUser {
  id: string;
  username: string;
  /** The form in which the username is compared. */
  key: string;
  name: string | null;
  email: string | null;
  isActive: boolean;
  /** ms since the epoch; null if it is not known. */
  passwordChangedAt: number | null;
  /** The user as the directory returned it, for its other functions. */
  given: DirectoryUser;
}

/** The directory with checked results, a time limit, a minimum time of answers, and a bounded number of passwords that are verified at a time. */
export interface CheckedDirectory extends FloorOptions {
  /** @throws DirectoryError */
  find(organisation: Organisation, username: string): Promise<CheckedUser | undefined>;
  /** The user of an email address. @throws DirectoryError */
  findByEmail(organisation: Organisation, email: string): Promise<CheckedUser | undefined>;
  /** @throws DirectoryError, HasherBusyError */
  verifyPassword(user: CheckedUser, password: string, origin?: HashOrigin): Promise<boolean>;
  /** Absent if the portal keeps its passwords to itself. @throws DirectoryError */
  setPassword?(user: CheckedUser, password: string): Promise<void>;
}

type Organisation = Pick<OrganisationDefinition, 'id' | 'username'>;

/** The sentence for developers when a password can't be changed here. */
export const KEPT_BY_PORTAL = 'The passwords are those of the portal, and its directory has no setPassword.';

/** Whether a new password can be chosen for an account here: it is our own, or the portal stores passwords for us. */
export function mayChangePassword(
  { external_id }: { external_id: string | null },
  directory: { setPassword?: unknown } | undefined,
): boolean {
  return external_id === null || directory?.setPassword !== undefined;
}

const TIMEOUT_MS = 5000;
/** A directory mostly waits for another machine, so more checks run at a time than hashes of our own. */
const QUEUE = { concurrency: 16, queueLimit: 200, addressLimit: 100 };

/** Makes the checked form of a directory. */
export function checkedDirectory(
  directory: Directory,
  { onExceeded }: Pick<FloorOptions, 'onExceeded'> = {},
): CheckedDirectory {
  const queue = createHashQueue(QUEUE);
  const read = (organisation: Organisation, found: DirectoryUser | null | undefined): CheckedUser | undefined =>
    found === null || found === undefined ? undefined : checkedUser(organisation, found);
  const { answerTime } = directory;
  const checked: CheckedDirectory = {
    ...(answerTime === undefined ? {} : { answerTime }),
    ...(onExceeded ? { onExceeded } : {}),
    async find(organisation, username) {
      const query = { organisation: organisation.id, username };
      return read(organisation, await limited('find', () => directory.find(query)));
    },
    async findByEmail(organisation, email) {
      const { id } = organisation;
      const find = () =>
        directory.findByEmail?.({ organisation: id, email }) ?? directory.find({ organisation: id, username: email });
      return read(organisation, await limited('findByEmail', find));
    },
    async verifyPassword({ given }, password, origin) {
      const verify = () => limited('verifyPassword', () => directory.verifyPassword(given, password));
      // Anything but `true` denies (R8).
      return (await queue.run(verify, origin)) === true;
    },
  };
  if (!directory.setPassword) return checked;
  return {
    ...checked,
    async setPassword({ given }, password) {
      await limited('setPassword', async () => directory.setPassword?.(given, password));
    },
  };
}

/** Runs a function of the directory for at most five seconds. @throws DirectoryError */
async function limited<T>(name: keyof Directory, work: () => Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('it did not answer within five seconds')), TIMEOUT_MS);
  try {
    return await Promise.race([(async () => await work())(), late]);
  } catch (error) {
    throw new DirectoryError(`directory.${name} failed: ${(error as Error)?.message ?? 'unknown'}`, error);
  } finally {
    clearTimeout(timer);
  }
}

const MAX_ID_LENGTH = 200;
const MAX_NAME_LENGTH = 200;
const CONTROL = /\p{Cc}/u;
/** Characters that are invisible or change the direction of text. A name of another system may contain them (R78). */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** Whether a text can be the id of a user in a portal. */
export const isExternalId = (id: unknown): id is string =>
  typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH && !CONTROL.test(id);

/** Checks a user of a directory. @throws DirectoryError when its id or username can't be used */
export function checkedUser({ username: format }: Pick<Organisation, 'username'>, given: DirectoryUser): CheckedUser {
  const { id, username, name, email, active = true, passwordChangedAt } = given;
  if (!isExternalId(id)) {
    throw new DirectoryError(`a user of the directory must have an id of 1 to ${MAX_ID_LENGTH} characters`);
  }
  if (typeof username !== 'string') throw new DirectoryError('a user of the directory must have a username');
  const trimmed = username.trim();
  return {
    id,
    username: trimmed,
    key: keyIn(format, trimmed),
    name: shownName(name),
    email: addressOf(email) ?? (format === 'email' ? trimmed : null),
    isActive: active === true,
    passwordChangedAt: passwordChangedAt instanceof Date ? passwordChangedAt.getTime() || null : null,
    given,
  };
}

function keyIn(format: Organisation['username'], username: string): string {
  try {
    return format === 'email' ? emailKey(username) : usernameKey(username);
  } catch (error) {
    if (error instanceof UsernameError)
      throw new DirectoryError(`a username of the directory can't be used: ${error.message}`);
    throw error;
  }
}

/** The name without characters that would mislead. A name is only shown, so no login fails because of it. */
function shownName(name: string | null | undefined): string | null {
  const shown = typeof name === 'string' ? name.normalize('NFC').replace(INVISIBLE, '').trim() : '';
  return shown === '' ? null : shown.slice(0, MAX_NAME_LENGTH);
}

function addressOf(email: string | null | undefined): string | null {
  if (typeof email !== 'string') return null;
  try {
    emailKey(email);
    return email.trim();
  } catch (error) {
    if (error instanceof UsernameError) return null;
    throw error;
  }
}
