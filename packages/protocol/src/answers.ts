import { z } from 'zod';
import { Session } from './account.ts';
import { Flow } from './flow.ts';
import { Problem } from './problem.ts';
import { OrganisationId } from './values.ts';

/** `200` of `GET` and `POST /flows/{id}`. */
export const FlowAnswer = z.strictObject({ flow: Flow });

/** `201` of `POST /flows`. */
export const StartAnswer = z.strictObject({
  flow: Flow,
  /** 256 random bits, given once: what the flow's calls carry as `Authorization: Bearer`. */
  token: z.string(),
  /** Why one of the first inputs was refused. The flow exists all the same. */
  problem: Problem.optional(),
});

/** `200` of `GET /organisations`. */
export const OrganisationsAnswer = z.strictObject({
  organisations: z.array(z.strictObject({ id: OrganisationId, name: z.string() })),
});

/** `200` of `GET /session`. */
export const SessionAnswer = z.strictObject({ session: Session });

/** `200` of `GET /health/live` and `GET /health/ready`. */
export const HealthAnswer = z.strictObject({ status: z.literal('ok') });
