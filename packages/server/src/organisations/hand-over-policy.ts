import { PublicKey } from '@tweestap/protocol';
import { z } from 'zod';
import { isUsableKey } from './client-policy.ts';
import { isSecureUrl } from './secure-url.ts';

const jwks = z.url({ protocol: /^https?$/ }).refine(isSecureUrl, 'expected https (plain http is for localhost only)');

const system = z
  .strictObject({
    issuer: z.string().min(1).max(200).meta({ description: 'The `iss` of its tokens.' }),
    name: z.string().trim().min(1).max(200).meta({ description: 'The name of the system, for readers of the policy.' }),
    keys: z.array(PublicKey.refine(isUsableKey, 'expected a point on the curve')).max(4).default([]).meta({
      description: 'The public keys (JWK) that sign its tokens. With several keys, each has a `kid`.',
    }),
    jwks: jwks.optional().meta({ description: 'The URL of its published keys (RFC 7517), instead of `keys`.' }),
    proves: z.enum(['password', 'factor']).default('password').meta({
      description:
        '"password": its login replaces the password here, and the second factor is asked as usual. "factor": a token whose `amr` has "mfa" replaces the second factor, too. It never serves for a step-up or a change of factors.',
    }),
  })
  .refine((value) => (value.jwks === undefined) !== (value.keys.length === 0), {
    path: ['keys'],
    error: 'expected either "keys" or "jwks"',
  })
  .refine(({ keys }) => keys.length < 2 || new Set(keys.map(({ kid }) => kid ?? '')).size === keys.length, {
    path: ['keys'],
    error: 'expected a different "kid" for each key',
  });

/** `policy.handOver`: other systems whose users are handed over (K11). */
export const handOver = z
  .array(system)
  .max(20)
  .refine((list) => new Set(list.map(({ issuer }) => issuer)).size === list.length, 'expected each issuer once')
  .optional()
  .meta({
    description:
      'Other systems, in which users are logged in already, and which hand them over with a signed token. Users are found by the external id of their account.',
  });
