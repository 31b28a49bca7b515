import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { newKey, type PrivateJwk } from './signing.ts';

/** One account of a measurement. It logs in once, since a code works only once. */
export interface BenchAccount {
  username: string;
  password: string;
  /** An argon2id hash in PHC format, the same for all accounts, since hashing thousands of passwords would take too long. */
  hash: string;
  /** Twenty printable characters, because better-auth requires secrets as text. */
  secret: string;
  /** The mobile number, in E.164 form. */
  phoneNumber: string;
  /** The key of its passkey and of its phone. */
  key: PrivateJwk;
  /** Base64url. */
  credentialId: string;
}

/** `full` has OWASP's minimum for argon2id. `light` is for logins that are not measured. `memory` is in KiB. */
export const PARAMETERS = {
  full: { memory: 19_456, passes: 2, lanes: 1 },
  light: { memory: 64, passes: 1, lanes: 1 },
} as const;
export type Cost = keyof typeof PARAMETERS;

const PASSWORD = 'kalme zee onder mist 7';

export async function makeAccounts(count: number, cost: Cost): Promise<BenchAccount[]> {
  const { memory, passes, lanes } = PARAMETERS[cost];
  const stored = await hash(PASSWORD, { memoryCost: memory, timeCost: passes, parallelism: lanes });
  return Array.from({ length: count }, (_, index) => ({
    username: `user-${index}@bench.example`,
    password: PASSWORD,
    hash: stored,
    secret: randomBytes(15).toString('base64url'),
    phoneNumber: `+316${10_000_000 + index}`,
    key: newKey(),
    credentialId: randomBytes(32).toString('base64url'),
  }));
}

/** Returns the current code of an account (RFC 6238). */
export function codeOf({ secret }: BenchAccount): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', createSecretKey(secret, 'utf8')).update(counter).digest();
  const number = digest.readUInt32BE(digest.readUInt8(19) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
