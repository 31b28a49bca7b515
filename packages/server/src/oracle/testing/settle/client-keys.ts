import { type ClientKey, claimsAt, makeKey } from '../../../http/testing/clients.ts';
import type { Client } from '../ledger/users.ts';

/** The keys of the walk: of two clients, of the kiosk of another organisation, and one that no client has. */
export const clientKeys = {
  kiosk: await makeKey('EdDSA'),
  partner: await makeKey('ES256'),
  elsewhere: await makeKey('EdDSA'),
  untrusted: await makeKey('EdDSA'),
};

const jwkOf = ({ publicKey }: ClientKey): Client['key'] => ({ ...publicKey });

/** The clients of an organisation: a kiosk and an app for which the password is enough, and one that asks for a factor. */
export const clientsWith = (kiosk: ClientKey): Client[] => [
  { id: 'kiosk', factor: 'password', key: jwkOf(kiosk), installations: false },
  { id: 'partner', factor: 'policy', key: jwkOf(clientKeys.partner), installations: false },
  { id: 'pocket', factor: 'password', installations: true },
];

/** The keys of installations, by the `x` of their public key. */
const installations = new Map<string, ClientKey>();

/** Makes a key of an installation. */
export async function makeInstallationKey(): Promise<ClientKey> {
  const key = await makeKey('ES256');
  installations.set(key.publicKey.x, key);
  return key;
}

/** The key of an installation. */
export const installationKey = (x: string | undefined): ClientKey | undefined => installations.get(x ?? '');

/** An assertion of a client. `claims` replaces members. */
export const assertionOf = (key: ClientKey, client: string, now: number, claims: object = {}): string =>
  key.sign(claimsAt(now, { iss: client, sub: client, ...claims }));
