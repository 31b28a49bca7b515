import { generateKeyPairSync } from 'node:crypto';
import type { Demo, DemoAccount } from './demo.ts';

/** The users of the walks, in addition to the accounts of the demo. */
export type Users = Readonly<Record<keyof typeof names, DemoAccount>>;

const names = {
  femke: 'Femke van Dijk',
  ilse: 'Ilse Mulder',
  thijs: 'Thijs Brouwer',
  ruud: 'Ruud Peters',
  jet: 'Jet Vermeer',
  koen: 'Koen Hendriks',
};

const codes = [
  'K4PX-8RTW-C2KP',
  'W9HD-3NZB-6FJE',
  'B7SG-Y5LM-1XQC',
  'N2WP-D8VT-R4HN',
  'F6BJ-Q3CF-Z9MS',
  'S1YN-7GKA-5DWV',
];

const data: Users = {
  /** Has every method. */
  femke: {
    organisation: 'de-linde',
    username: 'femke',
    password: 'wilgen langs de vaart',
    totpSecret: 'WSHY7LQSO6FFVTB5OYHV6RAEPMVCNJNO',
    recoveryCodes: codes,
    phoneNumber: '+31687654321',
  },
  /** Of an organisation that offers a passkey after a login with a code. */
  ilse: {
    organisation: 'wolvenrade',
    username: 'ilse',
    password: 'bankje onder de kastanje',
    totpSecret: 'XT3F7Z7YZJHMCCQU6FTZX5IWSZIA2YS7',
    recoveryCodes: codes,
  },
  /** Has no second factor yet, and may set up codes by text message. */
  thijs: { organisation: 'de-linde', username: 'thijs', password: 'paraplu in de gang' },
  /** Gets text messages in an organisation that moves its users to the phone. */
  ruud: {
    organisation: 'lichtmis',
    username: 'ruud',
    password: 'thermoskan en twee bekers',
    phoneNumber: '+31623456789',
    recoveryCodes: codes,
  },
  /** Has no second factor yet, in an organisation that asks for the phone. */
  jet: { organisation: 'lichtmis', username: 'jet', password: 'sneeuw op de vensterbank' },
  /** Has so few recovery codes that one login leaves too few. */
  koen: {
    organisation: 'de-linde',
    username: 'koen',
    password: 'lampen boven de tafel',
    totpSecret: 'YVIV7PALKODICLF3QTTVJQ3STZJ4L7NX',
    recoveryCodes: codes.slice(0, 3),
  },
};

/** Adds the users. */
export async function addUsers(demo: Demo): Promise<Users> {
  const { passkey } = await demo.account('pieter');
  for (const [id, user] of Object.entries(data) as [keyof Users, DemoAccount][]) {
    const factors =
      id === 'femke' ? { passkeys: passkeysLike(passkey), phones: [{ publicKey: phoneKey(), name: 'Pixel 9' }] } : {};
    const email = `${user.username}@${user.organisation}.example`;
    await demo.add({ ...user, ...factors, name: names[id], email });
  }
  return data;
}

/** Two passkeys, one of which is synced. Nothing can use them, because no authenticator holds them. */
function passkeysLike(passkey = {}): object[] {
  const { privateKey: _, ...shared } = { privateKey: '', ...passkey };
  const own = { ...shared, userHandle: 'B'.repeat(86) };
  return [
    { ...own, credentialId: 'A'.repeat(43), name: 'Laptop', synced: false },
    { ...own, credentialId: 'E'.repeat(43), synced: true },
  ];
}

function phoneKey(): object {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  return { kty, crv, x, y };
}
