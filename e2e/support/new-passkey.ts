import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** A passkey that was not created in a browser: an administrator imports it, and an authenticator can hold it. */
export interface Passkey {
  /** Base64url. */
  credentialId: string;
  /** PKCS #8, base64. */
  privateKey: string;
  /** The COSE public key, base64url. */
  publicKey: string;
  /** Base64url. */
  userHandle: string;
  rpId: string;
  signCount: number;
}

/** The bytes of a COSE key of ES256 before and between its coordinates (RFC 9053 §7.1.1). */
const cose = { start: 'a5010203262001215820', middle: '225820' };

/** Makes a passkey of a relying party, by default the demo's. */
export function newPasskey(rpId = 'localhost'): Passkey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const hex = (base64url: string): string => Buffer.from(base64url, 'base64url').toString('hex');
  return {
    credentialId: randomBytes(32).toString('base64url'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    publicKey: Buffer.from(`${cose.start}${hex(x)}${cose.middle}${hex(y)}`, 'hex').toString('base64url'),
    userHandle: randomBytes(64).toString('base64url'),
    rpId,
    signCount: 0,
  };
}
