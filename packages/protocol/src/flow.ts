import { z } from 'zod';
import { kinds, maxInputs } from './constants.ts';
import type { Step } from './steps/index.ts';
import { steps } from './steps/index.ts';
import { Help, Instant, OrganisationId } from './values.ts';

const stepSchemas = Object.values(steps).map((step) => step.step);

/** A step as the server gives it. */
export const StepSchema = z.union(stepSchemas as [(typeof stepSchemas)[number], ...typeof stepSchemas]);

export const Flow = z.strictObject({
  id: z.string(),
  kind: z.enum(kinds),
  status: z.enum(['open', 'done']),
  step: StepSchema,
  organisation: z.strictObject({ id: OrganisationId, name: z.string(), help: Help.optional() }).optional(),
  expiresAt: Instant,
  serverTime: Instant,
});
export type Flow = Omit<z.infer<typeof Flow>, 'step'> & { step: Step };

/** Body of `POST /flows`. The inputs are parsed one by one by `parseInput`. */
export const StartBody = z.strictObject({
  kind: z.enum(kinds),
  inputs: z.array(z.unknown()).min(1).max(maxInputs).optional(),
  /** The token of a mailed link: the kinds `activate`, `reset`, `unlock` and `register` go on with theirs. */
  link: z.string().min(1).max(128).optional(),
  returnTo: z.string().min(1).max(2048).optional(),
});

/** Body of `POST /flows/{id}`. */
export const SubmitBody = z.strictObject({ inputs: z.array(z.unknown()).min(1).max(maxInputs) });
