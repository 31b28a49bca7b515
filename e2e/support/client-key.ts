/*
 * A key of one installation of an app, made with WebCrypto as an app makes it: the private key can't be exported. It uses no
 * code of the packages.
 */

/** A key of an installation. */
export interface InstallationKey {
  publicKey: { kty: 'EC'; crv: 'P-256'; x: string; y: string };
  /** Signs a JWT for the client, valid for a minute. `subject` is the client itself, or the account of a registration. */
  sign: (claims: { client: string; subject: string; audience: string }) => Promise<string>;
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const json = (value: object): string => base64url(new TextEncoder().encode(JSON.stringify(value)));

/** Makes a key. The thumbprint in the header of its JWTs is that of RFC 7638. */
export async function makeInstallationKey(): Promise<InstallationKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const members = new TextEncoder().encode(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }));
  const kid = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', members)));
  return {
    publicKey: { kty: 'EC', crv: 'P-256', x, y },
    async sign({ client, subject, audience }) {
      const iat = Math.floor(Date.now() / 1000);
      const claims = { iss: client, sub: subject, aud: audience, iat, exp: iat + 60, jti: crypto.randomUUID() };
      const text = `${json({ alg: 'ES256', kid })}.${json(claims)}`;
      const signature = await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        pair.privateKey,
        new TextEncoder().encode(text),
      );
      return `${text}.${base64url(new Uint8Array(signature))}`;
    },
  };
}
