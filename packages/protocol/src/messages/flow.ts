import { z } from 'zod';
import type { Step } from '../steps/index.ts';
import { steps } from '../steps/index.ts';
import { kinds, maxInputs } from '../values/constants.ts';
import { ClientId, Help, Instant, Nonce, OrganisationId, SignedJwt } from '../values/schemas.ts';

const stepSchemas = Object.values(steps).map((step) => step.step);

/** Any step, as the server sends it. */
export const StepSchema = z.union(stepSchemas as [(typeof stepSchemas)[number], ...typeof stepSchemas]);

/** One attempt of a user to log in, enroll a factor or do something else that `kind` names. */
export const Flow = z.strictObject({
  /** The id of the flow; it is no secret. */
  id: z.string(),
  /** What the user wants to do. */
  kind: z.enum(kinds),
  /** `done` once the flow has reached its end. */
  status: z.enum(['open', 'done']),
  /** The current step. */
  step: StepSchema,
  /** The organisation, once it is known. */
  organisation: z.strictObject({ id: OrganisationId, name: z.string(), help: Help.optional() }).optional(),
  /** When the flow expires. */
  expiresAt: Instant,
  /** The clock of the server when it sent the response. */
  serverTime: Instant,
});
/** One attempt of a user to log in, enroll a factor or do something else that `kind` names. */
export type Flow = Omit<z.infer<typeof Flow>, 'step'> & { step: Step };

/** Body of `POST /flows`. `parseInput` parses each of the inputs. */
export const StartBody = z.strictObject({
  /** What the user wants to do. */
  kind: z.enum(kinds),
  /** The first inputs, if they are known already. */
  inputs: z.array(z.unknown()).min(1).max(maxInputs).optional(),
  /** The token of a mailed link, for the kinds `activate`, `reset`, `unlock` and `register`. */
  link: z.string().min(1).max(128).optional(),
  /** The URL to open after the login; its origin must be on the allow-list. */
  returnTo: z.string().min(1).max(2048).optional(),
  /**
   * The client of the organisation's policy that begins this login. The first input must be the organisation. Its name
   * alone is refused: it has to authenticate itself (R94).
   */
  client: ClientId.optional(),
  /** The assertion by which the client authenticates itself: a signed JWT (RFC 7523 §3), valid once. */
  clientAssertion: SignedJwt.optional(),
  /**
   * For the kinds `login` and `step-up`: asks for an assertion of the result. The portal's server makes the nonce, keeps it in
   * the session of its user, and accepts only an assertion with it.
   */
  nonce: Nonce.optional(),
  /**
   * For the kind `login`: a token by which another system hands its user over, with the nonce of `POST /hand-over`. It is
   * signed, at most 60 seconds old, and valid once.
   */
  handOver: SignedJwt.optional(),
});

/** Body of `POST /flows/{id}`: 1 to 8 inputs, applied in order. `parseInput` parses each of them. */
export const SubmitBody = z.strictObject({ inputs: z.array(z.unknown()).min(1).max(maxInputs) });
