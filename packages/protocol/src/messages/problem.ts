import { z } from 'zod';
import type { ProblemCode } from '../values/constants.ts';
import { kinds, passwordFaults, problems } from '../values/constants.ts';
import { Instant, OrganisationId } from '../values/schemas.ts';
import { Flow } from './flow.ts';

const codes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

/** An error response: a problem of RFC 9457 with extension members. */
export const Problem = z.strictObject({
  /** `urn:tweestap:problem:` followed by the code. */
  type: z.string(),
  /** A short text in English, the same for every problem of this code. */
  title: z.string(),
  /** The HTTP status. */
  status: z.int(),
  /** What is wrong in this request. */
  detail: z.string().optional(),
  /** The stable code; clients should branch on it. */
  code: z.enum(codes),
  /** The id of the request in the server's log. */
  correlationId: z.string(),
  /** The flow after the accepted inputs, if it can continue. */
  flow: Flow.optional(),
  /** The index of the refused input. */
  input: z.int().optional(),
  /** With `malformed`: the invalid values, each with what was expected. */
  issues: z.array(z.strictObject({ path: z.string(), expected: z.string() })).optional(),
  /** With `code-early`: when the same code becomes valid. */
  retryAt: Instant.optional(),
  /** With `clock-off`: by how many seconds the authenticator's clock is ahead (> 0) or behind (< 0). */
  offBySeconds: z.int().optional(),
  /** With `clock-off`: the offset in whole hours, if the time zone is the likely cause. */
  offByHours: z.int().optional(),
  /** With `weak-password`: why the password was refused. */
  reason: z.enum(passwordFaults).optional(),
  /** With `link-expired`: the kind of flow that requests a new link. */
  kind: z.enum(kinds).optional(),
  /** With `link-expired`: the organisation of the account that the link was for. */
  organisation: OrganisationId.optional(),
  /** With `wrong-passkey`: no account has the passkey any more, so the browser may remove it. */
  unknown: z.literal(true).optional(),
  /** With `bad-proof`: the time of the server, by which a phone can correct its own. */
  serverTime: Instant.optional(),
  /** The number of attempts before a lock, reported only after a correct password (R52). */
  attemptsLeft: z.int().optional(),
});
/** An error response: a problem of RFC 9457 with extension members. */
export type Problem = Omit<z.infer<typeof Problem>, 'flow'> & { flow?: Flow };
