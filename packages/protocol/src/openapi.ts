export type { OpenApiDocument, OpenApiOptions } from './openapi/document.ts';
export { openApiDocument } from './openapi/document.ts';
