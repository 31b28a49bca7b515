import { z } from 'zod';
import { origin } from './secure-url.ts';

/** The part `passkeys` of an organisation. */
export const passkeys = z
  .strictObject({
    rpId: z
      .string()
      .max(253)
      .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'expected a host name')
      .optional()
      .meta({
        description:
          "The relying party id of passkeys: the host name of the pages that use them, or a parent domain of it. It can't be changed later, because passkeys are bound to it. Default: the host name of the base URL.",
      }),
    origins: z.array(origin).max(20).default([]).meta({
      description:
        'Further origins whose pages use these passkeys. Those outside the relying party id need /.well-known/webauthn there.',
    }),
  })
  .meta({ description: 'Where the passkeys of the organisation are used.' });
