import { z } from 'zod';
import { OrganisationId } from '../values/schemas.ts';
import { Session } from './account.ts';
import { Flow } from './flow.ts';
import { Problem } from './problem.ts';

/** Response `200` of `GET /flows/{id}` and `POST /flows/{id}`. */
export const FlowAnswer = z.strictObject({ flow: Flow });

/** Response `201` of `POST /flows`. */
export const StartAnswer = z.strictObject({
  /** The new flow. */
  flow: Flow,
  /** The secret of the flow: 256 random bits, returned only here and sent as `Authorization: Bearer`. */
  token: z.string(),
  /** Why one of the first inputs was refused. The flow exists nevertheless. */
  problem: Problem.optional(),
});

/** Response `200` of `GET /organisations`. */
export const OrganisationsAnswer = z.strictObject({
  organisations: z.array(z.strictObject({ id: OrganisationId, name: z.string() })),
});

/** Response `200` of `GET /session`. */
export const SessionAnswer = z.strictObject({ session: Session });

/** Response `200` of `GET /.well-known/webauthn` (WebAuthn L3 §5.11). */
export const RelatedOriginsAnswer = z.strictObject({ origins: z.array(z.string()) });

/** Response `200` of `POST /hand-over`. */
export const HandOverAnswer = z.strictObject({
  /** The nonce of this browser, for the token of the other system. It is valid for ten minutes. */
  nonce: z.string(),
});

/** Response `200` of `GET /.well-known/jwks.json`: the keys that sign assertions (RFC 7517 §5). */
export const JwksAnswer = z.strictObject({
  keys: z.array(
    z.strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
      /** The id that the header of an assertion names. */
      kid: z.string(),
      alg: z.literal('ES256'),
      use: z.literal('sig'),
    }),
  ),
});

/** Response `200` of `GET /health/live` and `GET /health/ready`. */
export const HealthAnswer = z.strictObject({ status: z.literal('ok') });
