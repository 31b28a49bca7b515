import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { newId, type Random } from '../crypto/tokens.ts';
import type { Assurance } from '../sessions/sessions.ts';
import type { AccountRow } from '../store/schema.ts';
import { listSigningKeys } from '../store/signing-keys.ts';
import { ASSERTION_ALGORITHM, ASSERTION_LIFETIME_S, ASSERTION_TYPE } from './form.ts';
import { type KeyDeps, neededKeys, signingKeyAt, signingKeyBinding } from './signing-keys.ts';

/** What an assertion says. */
export interface Asserted {
  /** The origin of the portal that asked for it. */
  audience: string;
  /** The nonce of the portal's server. */
  nonce: string;
  account: Pick<AccountRow, 'id' | 'external_id' | 'organisation_id' | 'username'>;
  assurance: Assurance;
  /** When the user authenticated, in ms since the epoch. */
  now: number;
}

/** Signs assertions. */
export type SignAssertion = (asserted: Asserted) => Promise<string>;

/**
 * Makes the function that signs assertions, with the key that is due at that time.
 * @param issuer `iss`: the base URL of the server
 */
export function assertionSigner({
  issuer,
  random,
  ...deps
}: KeyDeps & { issuer: string; random: Random }): SignAssertion {
  return async ({ audience, nonce, account, assurance, now }) => {
    const row = signingKeyAt(await neededKeys(deps, now), now);
    if (!row) throw new Error('There is no key that signs assertions.');
    const jwk = JSON.parse(Buffer.from(deps.keyring.open(row.sealed, signingKeyBinding(row))).toString()) as JsonWebKey;
    const seconds = Math.floor(now / 1000);
    const { amr, acr, recovery } = assurance;
    return await new SignJWT({
      ...(account.external_id === null ? {} : { external_id: account.external_id }),
      organisation: account.organisation_id,
      username: account.username,
      amr,
      acr,
      ...(recovery ? { recovery } : {}),
      auth_time: seconds,
      nonce,
    })
      .setProtectedHeader({ alg: ASSERTION_ALGORITHM, typ: ASSERTION_TYPE, kid: row.id })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(account.id)
      .setJti(newId(random))
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + ASSERTION_LIFETIME_S)
      .sign(createPrivateKey({ key: jwk, format: 'jwk' }));
  };
}

/** The published keys as a JSON Web Key Set (RFC 7517 §5): those that sign, that will sign next, and that signed last. */
export async function publishedKeys({ database }: Pick<KeyDeps, 'database'>): Promise<{ keys: object[] }> {
  const rows = await listSigningKeys(database.read);
  return {
    keys: rows.map(({ id, public_key }) => ({
      ...(JSON.parse(public_key) as object),
      kid: id,
      alg: ASSERTION_ALGORITHM,
      use: 'sig',
    })),
  };
}
