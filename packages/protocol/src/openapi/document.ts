import type { ProblemCode } from '../constants.ts';
import { problems } from '../constants.ts';
import type { Route } from './routes.ts';
import { routes } from './routes.ts';
import type { JsonSchema } from './schemas.ts';
import { componentSchemas, refTo } from './schemas.ts';

export interface OpenApiOptions {
  /** Where the API is mounted, e.g. `/mfa/v1`. */
  mountPath: string;
  /** Origin of the server; without it the document's addresses are relative to where it was fetched. */
  serverUrl?: string | undefined;
  /** Version of the server. */
  version: string;
}

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

/** Every 4xx and 5xx answer, by status, with the codes that it may carry here. */
const problemResponses = (codes: readonly ProblemCode[]): Record<string, unknown> => {
  const statuses = [...new Set(codes.map((code) => problems[code].status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const here = codes.filter((code) => problems[code].status === status);
      const schema = { allOf: [refTo('Problem'), { properties: { status: { const: status }, code: { enum: here } } }] };
      const response = {
        description: here.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '),
        ...(status === 429 || status === 503 ? { headers: { 'Retry-After': headerRef('RetryAfter') } } : {}),
        content: { 'application/problem+json': { schema } },
      };
      return [status, response];
    }),
  );
};

const goodHeaders = ({ cookies, slowedDown }: Route['answer']): { headers?: Record<string, unknown> } => {
  const headers = {
    ...(cookies ? { 'Set-Cookie': { description: cookies, schema: { type: 'string' } } } : {}),
    ...(slowedDown ? { 'Retry-After': headerRef('RetryAfter') } : {}),
  };
  return Object.keys(headers).length > 0 ? { headers } : {};
};

const goodResponse = ({ path, answer }: Route): unknown => ({
  description: answer.description,
  ...goodHeaders(answer),
  ...(answer.status === 204
    ? {}
    : {
        content: {
          'application/json': {
            schema: answer.schema ? refTo(answer.schema) : { type: 'object', description: `The body of ${path}.` },
          },
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
    security: route.holds ? [{ [route.holds]: [] }] : [],
    ...(parameters.length ? { parameters } : {}),
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: refTo(route.body) } } } }
      : {}),
    responses: { [route.answer.status]: goodResponse(route), ...problemResponses(route.problems) },
  };
};

const description = `A flow is one attempt of one person to get somewhere. The server owns the order of its steps: \
a client renders the step that it is given and answers it. Errors are RFC 9457 problems with a stable \`code\`.`;

/** The API as an OpenAPI 3.1 document, made from the schemas that the server parses with. */
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
          description: 'The same request under the same key gets the same answer for 60 seconds, cookies included.',
          schema: { type: 'string', minLength: 1, maxLength: 128 },
        },
      },
      headers: {
        RetryAfter: { description: 'Seconds to wait (RFC 9110 §10.2.3).', schema: { type: 'integer', minimum: 0 } },
      },
      securitySchemes: {
        flow: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token of the flow. Same-site flows are bound to an HttpOnly cookie besides.',
        },
        // `__Host-` asks for a secure origin (RFC 6265bis §4.1.3.2); plain http is for localhost only.
        session: { type: 'apiKey', in: 'cookie', name: `${serverUrl.startsWith('http:') ? '' : '__Host-'}mfa-session` },
      },
    },
  };
};
