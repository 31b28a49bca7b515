import { createPublicKey } from 'node:crypto';
import { ClientId, PublicKey } from '@tweestap/protocol';
import { z } from 'zod';

/** Whether the coordinates of a key are a point on its curve. */
export function isUsableKey(key: PublicKey): boolean {
  try {
    createPublicKey({ key, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

/** The members of a key that identify it, as a text that can be compared. Pure. */
export function keyText(key: PublicKey): string {
  return [key.crv, key.x, ...(key.kty === 'EC' ? [key.y] : [])].join('.');
}

const client = z
  .strictObject({
    id: ClientId.meta({ description: 'The id that the client sends, and the issuer and subject of its assertions.' }),
    name: z.string().trim().min(1).max(200).meta({ description: 'The name that users see.' }),
    factor: z.enum(['password', 'policy']).meta({
      description:
        '"password": a login of the client asks for the password alone, and its session is refused elsewhere. "policy": it asks for the same factors as any other login.',
    }),
    keys: z.array(PublicKey.refine(isUsableKey, 'expected a point on the curve')).max(4).default([]).meta({
      description: 'Public keys (JWK) whose private keys are held on a server of the client. Never in an app.',
    }),
    installations: z.boolean().default(false).meta({
      description: 'Whether a user can register a key that an installation of the client made, after a full login.',
    }),
  })
  .refine(({ keys, installations }) => keys.length > 0 || installations, {
    path: ['keys'],
    error: 'expected a key, or "installations": true, because a client without a key can’t authenticate itself',
  });

/** `policy.clients`: clients that may ask for fewer factors (R94). */
export const clients = z
  .array(client)
  .max(20)
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'expected each id once')
  .default([])
  .meta({
    description:
      'Clients that keep a way of their own, such as a phone app with its own PIN. Each authenticates itself with a signed assertion (RFC 7523); its name alone earns nothing (R94).',
  });
