import { randomUUID } from 'node:crypto';
import { AUDIENCE } from '../ledger/proofs/possession.ts';
import type { BeginBody, FlowRecord } from '../ledger/records.ts';
import type { System } from '../ledger/systems.ts';
import type { User } from '../ledger/users.ts';
import type { Tabs } from '../place.ts';
import { askNonce } from '../routes/flows.ts';
import { issuerOf, type SystemName, systemKeys } from '../settle/systems.ts';
import type { Walk } from '../walk.ts';
import { change } from './policies.ts';

/* The tokens of other systems that hand users over (K11). */

export interface At {
  walk: Walk;
  browser: Tabs;
  user: User;
}

/** What is different in a token. */
export interface Forged {
  /** The system that it names. Default: the one that proves the password. */
  system?: SystemName;
  /** The key that signs it. Default: that of the system. */
  key?: SystemName;
  /** The name of the key in its header; undefined: none. Default: that of the key. */
  kid?: string | undefined;
  /** The members of the payload that differ. */
  claims?: object;
}

/** A token for a nonce, right unless something is forged. */
export function tokenFor({ walk, user }: At, nonce: string, forged: Forged): string {
  const { system = 'tracking', key = system, claims } = forged;
  const iat = Math.floor(walk.now() / 1000);
  const about = { iss: issuerOf(system), aud: AUDIENCE, sub: user.external, organisation: user.organisation.id };
  // The table of a portal is asked for this name, if the account does not exist yet.
  const named = user.portal ? { username: user.username } : {};
  const payload = {
    ...about,
    ...named,
    nonce,
    jti: randomUUID(),
    iat,
    exp: iat + 60,
    amr: ['pwd', 'otp', 'mfa'],
    ...claims,
  };
  const header = 'kid' in forged ? { kid: forged.kid } : {};
  return systemKeys[key].sign(payload, { typ: 'hand-over+jwt', ...header });
}

/** What a request has besides the token. */
export type More = Partial<BeginBody> & { origin?: string };

/** Begins a login with a token. */
export async function begin({ walk, browser, user }: At, handOver: string, more: More = {}) {
  browser.user = user;
  return await walk.begin(browser, more.kind ?? 'login', [], { ...more, handOver });
}

/** Gets a nonce, and begins a login with a token for it. */
export async function come(at: At, forged: Forged = {}, more: More = {}): Promise<FlowRecord | undefined> {
  const nonce = await askNonce(at.walk, at.browser);
  return nonce === undefined ? undefined : await begin(at, tokenFor(at, nonce, forged), more);
}

/** Changes the systems that the organisation of a user trusts. */
export const trust = async ({ walk, user: { organisation } }: At, present: readonly System[]): Promise<void> =>
  await change(walk, organisation, { systems: [...present] });
