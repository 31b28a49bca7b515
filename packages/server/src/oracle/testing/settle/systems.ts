import { type ClientKey, makeKey } from '../../../http/testing/clients.ts';
import type { System, SystemKey } from '../ledger/systems.ts';
import { PublishedKeys } from './published.ts';

/** The keys of the systems that hand users over, the next ones of two of them, and one that no organisation trusts. */
export const systemKeys = {
  tracking: await makeKey('ES256'),
  strong: await makeKey('EdDSA'),
  rotating: await makeKey('ES256'),
  rotated: await makeKey('ES256'),
  publishing: await makeKey('EdDSA'),
  republished: await makeKey('EdDSA'),
  untrusted: await makeKey('ES256'),
};

/** The name of a key. */
export type SystemName = keyof typeof systemKeys;

/** `iss` of the tokens of a system. */
export const issuerOf = (name: SystemName): string => `https://${name}.example`;

/** A key as the policy of an organisation or an address has it. */
export const publicKeyOf = (name: SystemName, kid?: string): SystemKey => ({
  key: { ...(systemKeys[name] as ClientKey).publicKey },
  ...(kid === undefined ? {} : { kid }),
});

/** A key with its own name. */
export const namedKey = (name: SystemName): SystemKey => publicKeyOf(name, systemKeys[name].kid);

/** A system that publishes its keys, at an address that was not read yet. */
export const publishingSystem = (...names: SystemName[]): System & { published: PublishedKeys } => ({
  issuer: issuerOf('publishing'),
  keys: [],
  published: new PublishedKeys(names.map(namedKey)),
  proves: 'password',
});

/**
 * The systems that an organisation trusts at first: one for the password, one for a second factor too, one that is about to exchange
 * its key, and one that publishes its keys.
 */
export const systemsAtFirst = (): System[] => [
  { issuer: issuerOf('tracking'), keys: [publicKeyOf('tracking')], proves: 'password' },
  { issuer: issuerOf('strong'), keys: [publicKeyOf('strong')], proves: 'factor' },
  { issuer: issuerOf('rotating'), keys: [namedKey('rotating'), namedKey('rotated')], proves: 'password' },
  publishingSystem('publishing'),
];
