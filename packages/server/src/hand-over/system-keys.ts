import { createPublicKey } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { keyText } from '../organisations/client-policy.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';

/** A system that hands users over, as the policy of an organisation describes it. */
export type System = NonNullable<OrganisationDefinition['policy']['handOver']>[number];

/** The key that may have signed a token, and the name by which the policy is compared with it later. */
export interface SystemKeys {
  key: JWTVerifyGetKey;
  /** The public key as a text, or the URL of the published keys. Known after `key` was called. */
  name(): string;
}

/** How long a request for published keys may take, in ms. */
const TIMEOUT_MS = 5_000;
/** The largest number of URLs whose keys are kept. Each is in the policy of an organisation. */
const MAX_KEPT = 1_000;

const kept = new Map<string, JWTVerifyGetKey>();

/** The keys of a system: those of the policy, or those that it publishes. */
export function keysOf({ keys, jwks }: System): SystemKeys {
  if (jwks !== undefined) return { key: remote(jwks), name: () => jwks };
  let used = '';
  return {
    async key({ kid }) {
      const [only] = keys;
      const found = keys.length === 1 && only?.kid === undefined ? only : keys.find((each) => each.kid === kid);
      if (!found) throw new errors.JWKSNoMatchingKey();
      used = keyText(found);
      return createPublicKey({ key: found, format: 'jwk' });
    },
    name: () => used,
  };
}

/** The published keys. They are kept, and fetched again for an unknown `kid`, at most twice a minute. */
function remote(url: string): JWTVerifyGetKey {
  const found = kept.get(url) ?? createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS });
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(url, found);
  return found;
}
