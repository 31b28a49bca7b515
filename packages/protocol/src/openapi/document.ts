import type { ProblemCode } from '../values/constants.ts';
import { problems } from '../values/constants.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';
import type { JsonSchema } from './schemas.ts';
import { componentSchemas, refTo } from './schemas.ts';

/** Options of `openApiDocument`. */
export interface OpenApiOptions {
  /** The path that the API is mounted at, such as `/mfa/v1`. */
  mountPath: string;
  /** The origin of the server. Default: URLs are relative to the URL of the document. */
  serverUrl?: string | undefined;
  /** The version of the server. */
  version: string;
}

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } };
  servers: { url: string }[];
  paths: Record<string, Record<string, unknown>>;
  components: {
    schemas: Record<string, JsonSchema>;
    parameters: Record<string, unknown>;
    headers: Record<string, unknown>;
    securitySchemes: Record<string, unknown>;
  };
}

const headerRef = (name: string) => ({ $ref: `#/components/headers/${name}` });

/** Returns the error responses by status, each with the codes that the route can give. */
const problemResponses = (codes: readonly ProblemCode[]): Record<string, unknown> => {
  const statuses = [...new Set(codes.map((code) => problems[code].status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = codes.filter((code) => problems[code].status === status);
      const schema = {
        allOf: [refTo('Problem'), { properties: { status: { const: status }, code: { enum: ofStatus } } }],
      };
      const response = {
        description: ofStatus.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '),
        ...(status === 429 || status === 503 ? { headers: { 'Retry-After': headerRef('RetryAfter') } } : {}),
        content: { 'application/problem+json': { schema } },
      };
      return [status, response];
    }),
  );
};

const successHeaders = ({ cookies, throttled }: Route['success']): { headers?: Record<string, unknown> } => {
  const headers = {
    ...(cookies ? { 'Set-Cookie': { description: cookies, schema: { type: 'string' } } } : {}),
    ...(throttled ? { 'Retry-After': headerRef('RetryAfter') } : {}),
  };
  return Object.keys(headers).length > 0 ? { headers } : {};
};

const successResponse = ({ path, success }: Route): unknown => ({
  description: success.description,
  ...successHeaders(success),
  ...(success.status === 204
    ? {}
    : {
        content: {
          ...(success.schema || success.events === undefined
            ? {
                'application/json': {
                  schema: success.schema
                    ? refTo(success.schema)
                    : { type: 'object', description: `The body of ${path}.` },
                },
              }
            : {}),
          ...(success.events === undefined ? {} : { 'text/event-stream': { schema: { description: success.events } } }),
        },
      }),
});

const parametersOf = ({ path, method, query }: Route): unknown[] => [
  ...(path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : []),
  ...(query ? [{ name: query.name, in: 'query', description: query.description, schema: { type: 'string' } }] : []),
  ...(method === 'get' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }]),
];

const operationOf = (route: Route): unknown => {
  const parameters = parametersOf(route);
  return {
    operationId: route.operationId,
    summary: route.summary,
    security: route.credential ? [{ [route.credential]: [] }] : [],
    ...(parameters.length ? { parameters } : {}),
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: refTo(route.body) } } } }
      : {}),
    responses: { [route.success.status]: successResponse(route), ...problemResponses(route.problems) },
  };
};

const description = `A flow is one attempt of a user to log in or to change how the account is protected. The server \
decides the order of its steps. A client renders the current step and sends inputs for it. Errors are RFC 9457 problems \
with a stable \`code\`.`;

/** Returns the OpenAPI 3.1 document of the API, generated from the schemas that the server parses requests with. */
export const openApiDocument = ({ mountPath, serverUrl = '', version }: OpenApiOptions): OpenApiDocument => {
  const paths: OpenApiDocument['paths'] = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: '3.1.0',
    info: { title: 'Tweestap', version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: serverUrl.replace(/\/+$/, '') + mountPath }],
    paths,
    components: {
      schemas: componentSchemas(),
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description: 'A repeated request with the same key gets the same response for 60 seconds, cookies included.',
          schema: { type: 'string', minLength: 1, maxLength: 128 },
        },
      },
      headers: {
        RetryAfter: {
          description: 'The number of seconds to wait (RFC 9110 §10.2.3).',
          schema: { type: 'integer', minimum: 0 },
        },
      },
      securitySchemes: {
        flow: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token of the flow. A same-site flow is also bound to an HttpOnly cookie.',
        },
        // `__Host-` requires a secure origin (RFC 6265bis §4.1.3.2). Plain http is allowed for localhost only.
        phone: {
          type: 'http',
          scheme: 'DPoP',
          description:
            'A proof of possession of the key of the phone (RFC 9449) in the header `DPoP`, without an access token.',
        },
        session: { type: 'apiKey', in: 'cookie', name: `${serverUrl.startsWith('http:') ? '' : '__Host-'}mfa-session` },
      },
    },
  };
};
