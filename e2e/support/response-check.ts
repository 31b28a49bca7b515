import type { ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** The parts of an OpenAPI 3.1 document that the check uses. */
export interface ApiDocument {
  servers: { url: string }[];
  paths: Record<string, Record<string, { responses?: Record<string, ResponseObject> }>>;
}

interface ResponseObject {
  headers?: Record<string, unknown>;
  content?: Record<string, { schema: unknown }>;
}

export interface SeenResponse {
  method: string;
  /** The path of the URL with the mount path, without the query. */
  path: string;
  status: number;
  contentType: string;
  /** The body as text. Empty when the response has no body. */
  text: string;
}

const escapePointer = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

const isPathOf = (template: string, path: string) => {
  const parts = path.split('/');
  const wanted = template.split('/');
  return (
    wanted.length === parts.length && wanted.every((part, index) => part === parts[index] || /^\{.*\}$/.test(part))
  );
};

/** Returns a function that compares a response with the document. It returns one line for each difference. */
export const createResponseCheck = (document: ApiDocument) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true, discriminator: false });
  formats.default(ajv);
  ajv.addSchema({ $id: 'api:', ...document });
  const validators = new Map<string, ValidateFunction>();
  const mount = new URL(document.servers[0]?.url ?? '', 'http://localhost').pathname.replace(/\/$/, '');

  const validatorAt = (pointer: string): ValidateFunction => {
    const validator = validators.get(pointer) ?? ajv.compile({ $ref: `api:#${pointer}` });
    validators.set(pointer, validator);
    return validator;
  };

  return ({ method, path, status, contentType, text }: SeenResponse): string[] => {
    const exchange = `${method} ${path} → ${status}`;
    const local = path.slice(mount.length);
    const template =
      Object.keys(document.paths).find((known) => known === local) ??
      Object.keys(document.paths).find((known) => isPathOf(known, local));
    if (!path.startsWith(`${mount}/`) || !template) return [`${exchange}: the path is not documented`];
    const verb = method.toLowerCase();
    const response = document.paths[template]?.[verb]?.responses?.[status];
    if (!response) return [`${exchange}: the status is not documented`];
    if (!response.content) return text ? [`${exchange}: the response has a body, but none is documented`] : [];
    const type = contentType.split(';')[0]?.trim() ?? '';
    if (!response.content[type]) return [`${exchange}: the media type ${type} is not documented`];
    const pointer = ['', 'paths', template, verb, 'responses', String(status), 'content', type, 'schema'];
    const validate = validatorAt(pointer.map(escapePointer).join('/'));
    if (validate(JSON.parse(text))) return [];
    return (validate.errors ?? []).map((error) => `${exchange}: ${error.instancePath || '/'} ${error.message}`);
  };
};
