import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { PublicKey } from '@tweestap/protocol';
import { thumbprintOf } from '../../clients/assertion.ts';

/** The audience of the test servers: base URL and mount path. */
const AUDIENCE = 'http://localhost/mfa/v1';

/** A key of a client or of one installation, written without the library that the server verifies with. */
export interface ClientKey {
  /** The public key. */
  publicKey: PublicKey;
  /** The thumbprint of the public key. */
  kid: string;
  /** Signs a JWT. `header` replaces members of the header. */
  sign(claims: object, header?: object): string;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes a key for one of the accepted algorithms. */
export async function makeKey(alg: 'ES256' | 'EdDSA' = 'ES256'): Promise<ClientKey> {
  const pair: { publicKey: KeyObject; privateKey: KeyObject } =
    alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const publicKey = pair.publicKey.export({ format: 'jwk' }) as unknown as PublicKey;
  const kid = await thumbprintOf(publicKey);
  return {
    publicKey,
    kid,
    sign(claims, header = {}) {
      const text = `${encode({ alg, kid, ...header })}.${encode(claims)}`;
      const options = { key: pair.privateKey, dsaEncoding: 'ieee-p1363' } as const;
      return `${text}.${sign(alg === 'ES256' ? 'sha256' : null, Buffer.from(text), options).toString('base64url')}`;
    },
  };
}

/** A JWT that is signed with a shared secret, for example with the public key as its text (RFC 8725 §2.1). */
export function signWithSecret(secret: string, claims: object, header: object = {}): string {
  const text = `${encode({ alg: 'HS256', ...header })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** A JWT without a signature. */
export const unsigned = (claims: object): string => `${encode({ alg: 'none' })}.${encode(claims)}.`;

/** The claims of a valid assertion of the client `phone-app`, or of a proof with another `sub`. */
export function claimsAt(now: number, given: object = {}): Record<string, unknown> {
  const iat = Math.floor(now / 1000);
  return { iss: 'phone-app', sub: 'phone-app', aud: AUDIENCE, iat, exp: iat + 120, jti: randomUUID(), ...given };
}
