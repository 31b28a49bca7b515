import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A key on P-256 as a JWK with its private part. */
export interface PrivateJwk {
  x: string;
  y: string;
  d: string;
}

/** The request options of a passkey, as far as an authenticator needs them. */
export interface RequestOptions {
  challenge: string;
  rpId: string;
}

/** Creates a key. */
export function newKey(): PrivateJwk {
  const {
    x = '',
    y = '',
    d = '',
  } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  return { x, y, d };
}

/** The public part of a key, as a JWK. */
export const publicJwk = ({ x, y }: PrivateJwk): object => ({ kty: 'EC', crv: 'P-256', x, y });

/** The public part of a key in COSE (RFC 9053 §7.1.1), base64url. */
export function coseKey({ x, y }: PrivateJwk): string {
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const parts = [
    bytes('a5010203262001215820'),
    Buffer.from(x, 'base64url'),
    bytes('225820'),
    Buffer.from(y, 'base64url'),
  ];
  return Buffer.concat(parts).toString('base64url');
}

const keys = new WeakMap<PrivateJwk, KeyObject>();

function privateKey(jwk: PrivateJwk): KeyObject {
  const known = keys.get(jwk);
  if (known) return known;
  const made = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', ...jwk }, format: 'jwk' });
  keys.set(jwk, made);
  return made;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const USER_PRESENT_AND_VERIFIED = 0x05;

/** Answers `navigator.credentials.get` (WebAuthn L3 §6.3.3). */
export function assertion(
  jwk: PrivateJwk,
  credentialId: string,
  { challenge, rpId }: RequestOptions,
  origin: string,
): object {
  const clientData = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false }));
  const flagsAndCounter = Buffer.from([USER_PRESENT_AND_VERIFIED, 0, 0, 0, 0]);
  const authenticatorData = Buffer.concat([createHash('sha256').update(rpId).digest(), flagsAndCounter]);
  const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()]);
  return {
    ...{ id: credentialId, rawId: credentialId, type: 'public-key', clientExtensionResults: {} },
    response: {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: sign('sha256', signed, privateKey(jwk)).toString('base64url'),
      userHandle: userHandle(credentialId),
    },
  };
}

/** The user handle of the account with a credential. */
export const userHandle = (credentialId: string): string =>
  createHash('sha512').update(credentialId).digest('base64url');

/** Signs a JWS in compact form (RFC 7515) with ES256. */
function jws(jwk: PrivateJwk, header: object, payload: object): string {
  const content = `${encode({ alg: 'ES256', ...header })}.${encode(payload)}`;
  const signature = sign('sha256', Buffer.from(content), { key: privateKey(jwk), dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}

/** Makes the proof of possession of a phone's request (RFC 9449). */
export function proof(jwk: PrivateJwk, method: string, url: string): string {
  const claims = {
    htm: method,
    htu: url,
    iat: Math.floor(Date.now() / 1000),
    jti: randomBytes(16).toString('base64url'),
  };
  return jws(jwk, { typ: 'dpop+jwt', jwk: publicJwk(jwk) }, claims);
}

/** Signs the answer of a phone that approves a login. */
export function approval(jwk: PrivateJwk, request: { id: string; challenge: string }, number: string): string {
  const { x, y } = jwk;
  const thumbprint = createHash('sha256')
    .update(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }))
    .digest('base64url');
  const answer = { request: request.id, challenge: request.challenge, answer: 'approve', number };
  return jws(jwk, { typ: 'tweestap-answer+jws', kid: thumbprint }, answer);
}
