import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A request in the form that a framework gives to its handlers: Node's own object (node:http, Express, Next.js), or an object
 * that has it in `raw` (Fastify).
 */
export type AnyRequest = IncomingMessage | { readonly raw: IncomingMessage; readonly body?: unknown };

/** A response in the form that a framework gives to its handlers. `hijack` tells Fastify that another program answers. */
export type AnyResponse = ServerResponse | { readonly raw: ServerResponse; hijack(): unknown };

/** The function that lets a request continue: `next` of Express, or `done` of a Fastify hook. */
// biome-ignore lint/suspicious/noExplicitAny: the frameworks declare different types of errors, Express also 'route'.
export type Next = (error?: any) => void;

/** Returns Node's request. A body that Fastify has parsed is passed on, as parsers of Express do it. */
export function rawRequest(req: AnyRequest): IncomingMessage & { body?: unknown } {
  if (!('raw' in req)) return req;
  const raw: IncomingMessage & { body?: unknown } = req.raw;
  if (req.body !== undefined && req.body !== null) raw.body ??= req.body;
  return raw;
}

/** Returns Node's response in order to answer. The framework must not answer it any more. */
export function takeResponse(res: AnyResponse): ServerResponse {
  if (!('raw' in res)) return res;
  res.hijack();
  return res.raw;
}

/** A response that the portal answers itself, and to which cookies can be added. `header` is Fastify's. */
export type CookieResponse =
  | ServerResponse
  | { readonly raw: ServerResponse; header(name: 'set-cookie', values: string[]): unknown };

/** Adds cookies to a response that the portal answers itself. @throws Error when it was sent already */
export function addCookies(res: CookieResponse, cookies: string[]): void {
  if (cookies.length === 0) return;
  if ('raw' in res) res.header('set-cookie', cookies);
  else res.appendHeader('Set-Cookie', cookies);
}
