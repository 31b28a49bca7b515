import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, HttpProblem } from './answer.ts';

/**
 * The origin of a portal that runs flows of this server on its own pages, without cookies: they end in an assertion, and the
 * portal makes its own session (docs/decisions/0033).
 */
export interface OtherOrigin {
  /** The serialised origin. */
  origin: string;
  /** The organisations that its flows may choose; undefined for all. */
  organisations?: readonly string[] | undefined;
}

/** Cross-origin resource sharing for the portals of the options (Fetch Standard §3.2). */
export interface Cors {
  /** The portal that sent a request; undefined for other origins and for requests without `Origin`. */
  portalOf(headers: IncomingHttpHeaders, path: string): OtherOrigin | undefined;
  /** The answer to a preflight; undefined for any other request. @throws HttpProblem `cross-site` */
  preflight(req: IncomingMessage, path: string, refusal: () => string): Answer | undefined;
  /** Sets the headers that let the page of a portal read the response. */
  apply(req: IncomingMessage, res: ServerResponse, path: string): void;
}

/** The routes that are open to portals, by the length of a flow's id. Everything that rests on a cookie is closed to them (R75). */
const OPEN = /^\/(?:flows(?:\/[A-Za-z0-9_-]{22}(?:\/events)?)?|organisations|\.well-known\/jwks\.json)$/;

/** How long a browser may keep the answer to a preflight, in seconds. */
const PREFLIGHT_CACHED_S = 600;

const allowed = [
  ...['Access-Control-Allow-Methods', 'GET, POST, DELETE'],
  ...['Access-Control-Allow-Headers', 'Authorization, Content-Type, Idempotency-Key'],
  ...['Access-Control-Max-Age', String(PREFLIGHT_CACHED_S)],
];

/** What a flow of a portal is bound to, in place of the flow cookie. No cookie has this form. */
export const originBinding = ({ origin }: OtherOrigin): string => `origin ${origin}`;

/** Makes the functions for the given portals. Origins are compared exactly, and none is a wildcard. */
export function createCors(portals: readonly OtherOrigin[]): Cors {
  const known = new Map(portals.map((portal) => [portal.origin, portal]));
  const portalOf: Cors['portalOf'] = ({ origin }, path) =>
    origin !== undefined && OPEN.test(path) ? known.get(origin) : undefined;
  return {
    portalOf,
    preflight({ method, headers }, path, refusal) {
      if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return undefined;
      if (!portalOf(headers, path)) throw new HttpProblem('cross-site', { detail: refusal() });
      return { status: 204, headers: allowed };
    },
    apply({ headers }, res, path) {
      if (known.size === 0 || !OPEN.test(path)) return;
      // Caches must keep the responses for different origins apart, also one without the header.
      res.appendHeader('Vary', 'Origin');
      const portal = portalOf(headers, path);
      if (!portal) return;
      // `Access-Control-Allow-Credentials` is never sent, so browsers neither send nor store cookies.
      res.setHeader('Access-Control-Allow-Origin', portal.origin);
      res.setHeader('Access-Control-Expose-Headers', 'Date, Retry-After');
    },
  };
}
