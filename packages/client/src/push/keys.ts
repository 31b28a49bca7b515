import type { PhoneKey } from '@tweestap/protocol';

/** The key of one linked account. The private key can't be exported, so no script can copy it from this phone. */
export interface DeviceKey {
  /** Signs the proofs and the answers. */
  readonly privateKey: CryptoKey;
  /** The public key, as the server knows it. */
  readonly publicKey: PhoneKey;
  /** The thumbprint of the public key (RFC 7638), by which the server finds the device. */
  readonly thumbprint: string;
}

/** The secret of the codes that a user enters by hand, as the server sends it once. */
export interface CodeSecret {
  /** The secret in base32 without padding (RFC 4648 §6). */
  readonly secret: string;
  /** The number of digits of a code. */
  readonly digits: number;
  /** Seconds for which a code is valid. */
  readonly period: number;
  /** The organisation, as an authenticator app shows it. */
  readonly issuer: string;
  /** The user, as an authenticator app shows it. */
  readonly account: string;
}

/** The same secret as a key that can't be exported. */
export interface CodeKey extends Omit<CodeSecret, 'secret'> {
  /** Computes the codes. */
  readonly key: CryptoKey;
}

const es256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const encoder = new TextEncoder();

/** Encodes bytes or text in base64url without padding (RFC 4648 §5). */
export const base64url = (value: Uint8Array | string): string => {
  const bytes = typeof value === 'string' ? encoder.encode(value) : value;
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
};

/** Makes a key for one account. */
export const createDeviceKey = async (): Promise<DeviceKey> => {
  const { privateKey, publicKey: own } = await crypto.subtle.generateKey(es256, false, ['sign', 'verify']);
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', own);
  // RFC 7638 §3.2: the required members in lexicographic order, without white space.
  const canonical = JSON.stringify({ crv: 'P-256', kty: 'EC', x, y });
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(canonical));
  return {
    privateKey,
    publicKey: { kty: 'EC', crv: 'P-256', x, y },
    thumbprint: base64url(new Uint8Array(digest)),
  };
};

/** Signs a JWS in compact form. WebCrypto's ECDSA signature has the form that RFC 7518 §3.4 requires. */
const signJws = async ({ privateKey }: DeviceKey, header: object, payload: object): Promise<string> => {
  const content = `${base64url(JSON.stringify({ alg: 'ES256', ...header }))}.${base64url(JSON.stringify(payload))}`;
  const signature = await crypto.subtle.sign(es256, privateKey, encoder.encode(content));
  return `${content}.${base64url(new Uint8Array(signature))}`;
};

/** What a proof is for. */
export interface Proven {
  /** The HTTP method. */
  method: string;
  /** The absolute address; its query and fragment are left out. */
  url: string;
  /** The server's time, in milliseconds since the epoch. */
  now: number;
  /** 16 random bytes. A proof is accepted once. */
  id: Uint8Array;
}

/** Makes a DPoP proof (RFC 9449 §4.2) for one request. */
export const proofOf = (key: DeviceKey, { method, url, now, id }: Proven): Promise<string> =>
  signJws(
    key,
    { typ: 'dpop+jwt', jwk: key.publicKey },
    { jti: base64url(id), htm: method, htu: url.replace(/[?#].*$/, ''), iat: Math.floor(now / 1000) },
  );

/** Signs the answer to a request (R20). */
export const answerOf = (key: DeviceKey, answer: object): Promise<string> =>
  signJws(key, { typ: 'tweestap-answer+jws', kid: key.thumbprint }, answer);

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Decodes base32 without padding (RFC 4648 §6). */
const fromBase32 = (text: string): Uint8Array<ArrayBuffer> => {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
};

/** Imports the secret of the codes. After this nothing can read it again. */
export const createCodeKey = async ({ secret, ...rest }: CodeSecret): Promise<CodeKey> => ({
  ...rest,
  key: await crypto.subtle.importKey('raw', fromBase32(secret), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']),
});

/** Returns the code of a time in milliseconds since the epoch (RFC 6238, with SHA-1). */
export const codeOf = async ({ key, digits, period }: CodeKey, time: number): Promise<string> => {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(time / 1000 / period)));
  const digest = new DataView(await crypto.subtle.sign('HMAC', key, counter));
  // RFC 4226 §5.3: the low four bits of the last byte are the offset of the code.
  const number = digest.getUint32(digest.getUint8(19) & 0xf) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
};
