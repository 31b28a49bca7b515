import { z } from 'zod';
import type { ProblemCode } from './constants.ts';
import { kinds, passwordFaults, problems } from './constants.ts';
import { Flow } from './flow.ts';
import { Instant, OrganisationId } from './values.ts';

const codes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

/** A problem as it travels: RFC 9457 with our extension members. */
export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.enum(codes),
  correlationId: z.string(),
  /** The flow as it is after the inputs that stood, where it goes on. */
  flow: Flow.optional(),
  /** Index of the refused input. */
  input: z.int().optional(),
  /** `malformed`: where, and what was expected. */
  issues: z.array(z.strictObject({ path: z.string(), expected: z.string() })).optional(),
  /** `code-early`: when the same code becomes valid. */
  retryAt: Instant.optional(),
  /** `clock-off`: seconds that the authenticator's clock is ahead (> 0) or behind (< 0). */
  offBySeconds: z.int().optional(),
  /** `clock-off`: whole hours, where the time zone is the likely fault. */
  offByHours: z.int().optional(),
  /** `weak-password`: why. */
  reason: z.enum(passwordFaults).optional(),
  /** `link-expired`: the kind of flow that asks for a new one. */
  kind: z.enum(kinds).optional(),
  /** `link-expired`: whose link it was. */
  organisation: OrganisationId.optional(),
  /** Attempts left before a lock; told only after a correct password (R52). */
  attemptsLeft: z.int().optional(),
});
export type Problem = Omit<z.infer<typeof Problem>, 'flow'> & { flow?: import('./flow.ts').Flow };
