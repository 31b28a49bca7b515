import type { ProblemCode } from '../values/constants.ts';
import { problems } from '../values/constants.ts';
import type { SchemaName } from './schemas.ts';

/** One operation of the API. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** The path below the mount path, with `{id}` as the only possible parameter. */
  path: string;
  operationId: string;
  summary: string;
  /** The credential that the request must carry. Default: none. */
  credential?: 'flow' | 'session' | 'phone';
  body?: SchemaName;
  query?: { name: string; description: string };
  /** The successful response. */
  success: {
    status: 200 | 201 | 204;
    description: string;
    schema?: SchemaName;
    /** What the server-sent events are, if the response can be a stream. Without a schema it always is. */
    events?: string;
    cookies?: string;
    /** Whether it can carry the problem `throttled` with the header `Retry-After`. */
    throttled?: true;
  };
  problems: readonly ProblemCode[];
}

export const common = ['malformed', 'throttled', 'internal', 'busy'] as const;
export const changing = [...common, 'cross-site', 'idempotency-conflict'] as const;
export const withBody = [...changing, 'too-large', 'unsupported-media-type'] as const;
export const ofFlow = ['no-such-flow', 'flow-expired'] as const;
export const ofPhone = ['bad-proof', 'not-found'] as const;
/** A session of a client is refused on all routes but those of the session itself (R94). */
export const ofSession = ['no-session', 'not-allowed'] as const;
export const ofStepUp = [...ofSession, 'insufficient-user-authentication'] as const;

/** The refusals of an input: all problems with status 422. */
export const refusals = (Object.keys(problems) as ProblemCode[]).filter((code) => problems[code].status === 422);

export const endCookies =
  'At the end of a flow only: the session, and the remembered device if the user chose to remember it.';
