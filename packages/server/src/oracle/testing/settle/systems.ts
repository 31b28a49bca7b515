import { type ClientKey, makeKey } from '../../../http/testing/clients.ts';
import type { System } from '../ledger/users.ts';

/** The keys of the systems that hand users over, and one that no organisation trusts. */
export const systemKeys = {
  tracking: await makeKey('ES256'),
  strong: await makeKey('EdDSA'),
  untrusted: await makeKey('ES256'),
};

/** The name of a key. */
export type SystemName = keyof typeof systemKeys;

/** `iss` of the tokens of a system. */
export const issuerOf = (name: SystemName): string => `https://${name}.example`;

const systemOf = (name: SystemName, proves: System['proves']): System => ({
  issuer: issuerOf(name),
  keys: [{ key: { ...(systemKeys[name] as ClientKey).publicKey } }],
  proves,
});

/** The systems that an organisation trusts at first: one for the password, and one for a second factor too. */
export const systems: readonly System[] = [systemOf('tracking', 'password'), systemOf('strong', 'factor')];
