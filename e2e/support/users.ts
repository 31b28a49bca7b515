import { randomBytes } from 'node:crypto';

/** A user of a test's own: nobody else logs in with this account, so its codes are spent by this test alone. */
export interface TestUser {
  organisation: string;
  username: string;
  name: string;
  /** Where mail goes: the demo's mailbox. */
  email: string;
  password: string;
  /** Base32; also made where the user has no authenticator yet, for nobody to use. */
  secret: string;
  recoveryCodes: readonly string[];
  /** What the server was told. */
  asked: object;
}

export interface NewUser {
  organisation?: string;
  withoutFactor?: boolean;
}

const pick = (alphabet: string, count: number): string =>
  Array.from(randomBytes(count), (byte) => alphabet[byte % 32]).join('');

const recoveryCode = (): string => {
  const signs = pick('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 12);
  return `${signs.slice(0, 4)}-${signs.slice(4, 8)}-${signs.slice(8)}`;
};

/** Makes a user up; De Linde's and with an authenticator unless wished otherwise. */
export function newUser({ organisation = 'de-linde', withoutFactor = false }: NewUser): TestUser {
  const mark = pick('abcdefghijklmnopqrstuvwxyz234567', 8);
  const username = `test-${mark}`;
  const email = `${username}@${organisation}.example`;
  const user = { organisation, username, name: `Robin ${mark}`, email, password: `lange zin voor ${mark}` };
  const secret = pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 32);
  const recoveryCodes = Array.from({ length: 6 }, recoveryCode);
  const asked = withoutFactor ? user : { ...user, totpSecret: secret, recoveryCodes };
  return { ...user, secret, recoveryCodes, asked };
}
