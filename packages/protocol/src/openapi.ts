/** The entry point `@tweestap/protocol/openapi`: the OpenAPI document of the API. */
export type { OpenApiDocument, OpenApiOptions } from './openapi/document.ts';
export { openApiDocument } from './openapi/document.ts';
