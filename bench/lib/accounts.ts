import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';

/** One person of a measurement. Every account logs in once: a code is good for one login only. */
export interface BenchAccount {
  username: string;
  password: string;
  /** PHC argon2id; the same text for all, so that thousands of accounts are made at once. */
  hash: string;
  /** Twenty printable characters: better-auth takes its secrets as text. */
  secret: string;
}

/** `memory` in KiB, as OWASP's floor for argon2id has it; `light` is for preparing what is not measured. */
export const PARAMETERS = {
  full: { memory: 19_456, passes: 2, lanes: 1 },
  light: { memory: 64, passes: 1, lanes: 1 },
} as const;
export type Cost = keyof typeof PARAMETERS;

const PASSWORD = 'kalme zee onder mist 7';

export async function makeAccounts(count: number, cost: Cost): Promise<BenchAccount[]> {
  const { memory, passes, lanes } = PARAMETERS[cost];
  const text = await hash(PASSWORD, { memoryCost: memory, timeCost: passes, parallelism: lanes });
  return Array.from({ length: count }, (_, index) => ({
    username: `person-${index}@bench.example`,
    password: PASSWORD,
    hash: text,
    secret: randomBytes(15).toString('base64url'),
  }));
}

/** The code of this moment (RFC 6238), for the driver. */
export function codeOf({ secret }: BenchAccount): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', createSecretKey(secret, 'utf8')).update(counter).digest();
  const number = digest.readUInt32BE(digest.readUInt8(19) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}
