import { z } from 'zod';
import { type PasskeyData, passkey } from '../../factors/passkey/factor.ts';

/** A passkey of another system with the same relying party id, as an administrator gives it. Bytes are base64url. */
export interface PasskeyInput {
  /** The id of the credential. */
  credentialId: string;
  /** The COSE public key. */
  publicKey: string;
  /** The user handle with which it was created. */
  userHandle: string;
  /** The relying party id, such as `portal.example`. */
  rpId: string;
  /** The name that the user sees. Default `Passkey`. */
  name?: string | undefined;
  /** How browsers reach the authenticator. Default: unknown. */
  transports?: readonly string[] | undefined;
  /** The last signature counter. Default 0. */
  signCount?: number | undefined;
  /** Whether it is synced between the user's devices. Default false. */
  synced?: boolean | undefined;
}

/** A passkey after it was checked. */
export interface CheckedPasskey {
  credentialId: string;
  name: string;
  signCount: number;
  data: PasskeyData;
}

const bytes = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\w-]+$/);

const schema = z.strictObject({
  credentialId: bytes(1364),
  publicKey: bytes(4096),
  userHandle: bytes(86),
  rpId: z.string().min(1).max(253),
  name: z
    .string()
    .min(1)
    .max(60)
    .default(passkey.defaultName ?? 'Passkey'),
  transports: z.array(z.string().max(32)).max(10).default([]),
  signCount: z.int().min(0).default(0),
  synced: z.boolean().default(false),
});

/** Checks passkeys of another system, at most ten. Returns undefined if one is malformed or duplicate. */
export function checkPasskeys(given: readonly PasskeyInput[]): CheckedPasskey[] | undefined {
  const { data: list } = z.array(schema).max(10).safeParse(given);
  if (!list || new Set(list.map(({ credentialId }) => credentialId)).size !== list.length) return undefined;
  return list.map(({ credentialId, publicKey, userHandle, rpId, name, transports, signCount, synced }) => ({
    ...{ credentialId, name, signCount },
    data: {
      ...{ publicKey, userHandle, rpId, transports },
      deviceType: synced ? ('multiDevice' as const) : ('singleDevice' as const),
      backedUp: synced,
      aaguid: '00000000-0000-0000-0000-000000000000',
    },
  }));
}
