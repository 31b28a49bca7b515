import { randomBytes } from 'node:crypto';
import { newPasskey, type Passkey } from './new-passkey.ts';

/** A user of one test. No other test uses the account, so no other test can use up its codes. */
export interface TestUser {
  organisation: string;
  username: string;
  name: string;
  /** The demo mailbox shows the emails to this address. */
  email: string;
  password: string;
  /** Base32. A user without a factor also has one, which is then unused. */
  secret: string;
  recoveryCodes: readonly string[];
  /** A mobile number of the user. Messages to it are in the demo's outbox. */
  phoneNumber: string;
  /** A passkey that an authenticator can hold. Only the account of a user `withPasskey` has it. */
  passkey: Passkey;
  /** The body of the request that adds the account. */
  request: object;
}

export interface NewUser {
  organisation?: string;
  withoutFactor?: boolean;
  /** A user who gets codes by text message, and has no authenticator. */
  withPhone?: boolean;
  /** A user who also has a passkey. */
  withPasskey?: boolean;
  /** The relying party id of the passkey. Default: that of the demo. */
  rpId?: string;
}

const pick = (alphabet: string, count: number): string =>
  Array.from(randomBytes(count), (byte) => alphabet[byte % 32]).join('');

const recoveryCode = (): string => {
  const characters = pick('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 12);
  return `${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`;
};

/** A random Dutch mobile number, in the international form. */
export function newPhoneNumber(): string {
  return `+316${Array.from(randomBytes(8), (byte, index) => (index === 0 ? 1 + (byte % 5) : byte % 10)).join('')}`;
}

/** Creates the data of a user. By default, the user is of De Linde and has an authenticator and recovery codes. */
export function newUser({
  organisation = 'de-linde',
  withoutFactor = false,
  withPhone = false,
  withPasskey = false,
  rpId,
}: NewUser): TestUser {
  const mark = pick('abcdefghijklmnopqrstuvwxyz234567', 8);
  const username = `test-${mark}`;
  const email = `${username}@${organisation}.example`;
  const user = { organisation, username, name: `Robin ${mark}`, email, password: `lange zin voor ${mark}` };
  const secret = pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 32);
  const recoveryCodes = Array.from({ length: 6 }, recoveryCode);
  const phoneNumber = newPhoneNumber();
  const passkey = newPasskey(rpId);
  const { privateKey: _, ...imported } = passkey;
  const credentials = {
    ...(withPhone ? { phoneNumber } : { totpSecret: secret }),
    ...(withPasskey ? { passkeys: [imported] } : {}),
    recoveryCodes,
  };
  const request = withoutFactor ? user : { ...user, ...credentials };
  return { ...user, secret, recoveryCodes, phoneNumber, passkey, request };
}
