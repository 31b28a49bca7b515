import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { NodeCryptoPlugin } from '@otplib/plugin-crypto-node';
import { verifyTotp } from '@tweestap/server/totp';
import { Secret, TOTP } from 'otpauth';
import { verifySync } from 'otplib';
import speakeasy from 'speakeasy';
import { printRow } from '../lib/print.ts';
import { type Candidate, interleave } from '../lib/rounds.ts';

const TIME_STEP_MS = 30_000;
const SECONDS_PER_ROUND = 0.4;

const bytes = randomBytes(20);
const key = createSecretKey(bytes);
const now = 1_790_000_000_000;
const timeStep = Math.floor(now / TIME_STEP_MS);
/** A code of the current time step and one of the previous time step. Both are correct. */
const codes = [code(key, timeStep), code(key, timeStep - 1)] as const;

const counter = Buffer.alloc(8);

/** Returns the code of a time step. */
function code(secret: KeyObject, at: number): string {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(at));
  return String(numberOf(secret, buffer)).padStart(6, '0');
}

function numberOf(secret: KeyObject, buffer: Buffer): number {
  const digest = createHmac('sha1', secret).update(buffer).digest();
  return (digest.readUInt32BE(digest.readUInt8(19) & 15) & 0x7fffffff) % 1_000_000;
}

/** The bound: two HMACs by node:crypto with a KeyObject and two comparisons. */
function boundVerify(typed: string): boolean {
  const value = Number(typed);
  counter.writeUInt32BE(Math.floor(timeStep / 2 ** 32), 0);
  counter.writeUInt32BE(timeStep % 2 ** 32, 4);
  const current = numberOf(key, counter) ^ value;
  counter.writeUInt32BE((timeStep - 1) % 2 ** 32, 4);
  const previous = numberOf(key, counter) ^ value;
  return Number(current === 0) + Number(previous === 0) > 0;
}

const secret = new Secret({ buffer: new Uint8Array(bytes).buffer });
const otpauth = new TOTP({ secret, digits: 6, period: 30 });
/** otpauth passes the key as bytes, which is several times slower in Node 24. This variant uses a KeyObject. */
const otpauthWithKeyObject = new TOTP({
  secret,
  digits: 6,
  period: 30,
  hmac: (_algorithm, _key, message) => createHmac('sha1', key).update(message).digest(),
});

/** Verifies both time steps. The window of the library has three time steps and ends at the first match. */
function otpauthVerify(totp: TOTP, token: string): boolean {
  const current = totp.validate({ token, timestamp: now, window: 0 });
  const previous = totp.validate({ token, timestamp: now - TIME_STEP_MS, window: 0 });
  return current !== null || previous !== null;
}

const nodePlugin = { crypto: new NodeCryptoPlugin() };

function otplibVerify(token: string, plugin: { crypto?: NodeCryptoPlugin }): boolean {
  const epoch = now / 1000;
  const current = verifySync({ secret: bytes, token, epoch, ...plugin });
  const previous = verifySync({ secret: bytes, token, epoch: epoch - 30, ...plugin });
  return current.valid || previous.valid;
}

function speakeasyVerify(token: string): boolean {
  // The types require a string, but the code accepts a decoded key as a Buffer.
  const secret = bytes as unknown as string;
  const current = speakeasy.hotp.verify({ secret, token, counter: timeStep, window: 0 });
  const previous = speakeasy.hotp.verify({ secret, token, counter: timeStep - 1, window: 0 });
  return current || previous;
}

function oursVerify(typed: string): boolean {
  return verifyTotp({ code: typed, secret: key, lastStep: null, burntSteps: [], now }).outcome === 'accepted';
}

/**
 * Measures verifications per second of CPU time. Other load on the machine affects it less than the elapsed time.
 * @throws Error if the verifier gives a wrong result
 */
function perSecond(name: string, verify: (code: string) => boolean): Candidate {
  const wrong = String((Number(codes[0]) + 1) % 1_000_000).padStart(6, '0');
  if (!verify(codes[0]) || !verify(codes[1]) || verify(wrong)) throw new Error(`${name} gives wrong results.`);
  return {
    name,
    run: () => {
      const from = cpuSeconds();
      let done = 0;
      while (cpuSeconds() - from < SECONDS_PER_ROUND) {
        for (let index = 0; index < 500; index += 1) verify(codes[(index & 1) as 0 | 1]);
        done += 500;
      }
      return done / (cpuSeconds() - from);
    },
  };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Row 5: verification of one code with a decoded key and a window of two time steps, both always computed. */
export async function totpRow(rounds: number): Promise<void> {
  const candidates = [
    perSecond('Tweestap', oursVerify),
    perSecond('otpauth', (token) => otpauthVerify(otpauth, token)),
    perSecond('otpauth, given a KeyObject', (token) => otpauthVerify(otpauthWithKeyObject, token)),
    perSecond('otplib', (token) => otplibVerify(token, {})),
    perSecond('otplib with its Node plugin', (token) => otplibVerify(token, nodePlugin)),
    perSecond('speakeasy', speakeasyVerify),
    perSecond('createHmac with a KeyObject (bound)', boundVerify),
  ];
  const results = await interleave(candidates, rounds, 'otpauth');
  const gates = [
    { theirs: 'otpauth', atLeast: 1.4 },
    { theirs: 'otpauth, given a KeyObject', atLeast: 1.4 },
  ];
  printRow('5  TOTP verification, window of two time steps', 'verifications/s', results, 'Tweestap', gates);
}
