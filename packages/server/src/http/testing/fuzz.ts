import { z } from 'zod';
import type { Chance } from '../../drills/support/chance.ts';
import type { Reply } from './browser.ts';

/** The parts of a JSON Schema that the OpenAPI document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  minItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** One method of one path in the OpenAPI document. */
export interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** The parts of the OpenAPI document that the fuzz test reads. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Unexpected values; on average one value in twelve is replaced by one of these. */
const UNEXPECTED: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 1e308, 2 ** 53, '', ' ', '\u0000', '\ud800', '\u202e', '\ufeff', '%00', '../..'],
  ...['a'.repeat(300), 'é'.repeat(5000), [], {}, [[]], { a: { b: { c: {} } } }, "' or 1=1 --", '<script>', '${7*7}'],
  ...[Array.from({ length: 200 }, () => ({})), 'toString', 'constructor', '=1+1', '\r\nX: y', '🙂'.repeat(50)],
];
const ONE_IN = 12;

/**
 * Makes the function that generates values for a schema. Most parts are valid, so the values pass the first checks, and
 * a few are unexpected.
 * @param words returns the texts to use as strings
 */
export function valueMaker({ components }: ApiDocument, dice: Chance, words: () => readonly string[]) {
  const value = (schema: Schema): unknown => {
    if (dice.below(ONE_IN) === 0) return dice.pick(UNEXPECTED);
    if (schema.$ref) return value(components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
    if ('const' in schema) return schema.const;
    if (schema.enum) return dice.pick(schema.enum);
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices) return value(dice.pick(choices));
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => objectOf(value(part))));
    return ofType(schema);
  };
  const ofType = (schema: Schema): unknown => {
    switch (Array.isArray(schema.type) ? dice.pick(schema.type) : schema.type) {
      case 'object':
        return properties(schema);
      case 'array':
        return Array.from({ length: (schema.minItems ?? 0) + dice.below(4) }, () => value(schema.items ?? {}));
      case 'boolean':
        return dice.below(2) === 0;
      case 'integer':
      case 'number':
        return dice.below(1000) - 10;
      case 'string':
        return dice.pick(words());
      default:
        return dice.pick(UNEXPECTED);
    }
  };
  const properties = ({ properties: all = {}, required = [] }: Schema): Record<string, unknown> => {
    const made: Record<string, unknown> = {};
    for (const [name, schema] of Object.entries(all)) {
      const isIncluded = required.includes(name) ? dice.below(20) > 0 : dice.below(3) === 0;
      if (isIncluded) made[name] = value(schema);
    }
    if (dice.below(20) === 0) made[dice.pick(words())] = dice.pick(UNEXPECTED);
    return made;
  };
  return value;
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** Makes the function that describes how a response differs from the document, or returns undefined if it conforms. */
export function answerJudge({ components, paths }: ApiDocument) {
  const local = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll('#/components/schemas/', '#/$defs/')) as T;
  const $defs = local(components.schemas);
  const known = new Map<string, z.ZodType>();
  const validator = (key: string, schema: Schema): z.ZodType => {
    const made = known.get(key) ?? z.fromJSONSchema({ ...local(schema), $defs } as z.core.JSONSchema.JSONSchema);
    known.set(key, made);
    return made;
  };
  return (path: string, method: string, { status, headers, text, body }: Reply): string | undefined => {
    const response = paths[path]?.[method]?.responses[status];
    if (!response) return `the status ${status} is not documented`;
    const [type = '', content] = Object.entries(response.content ?? {})[0] ?? [];
    if (!content) return text === '' ? undefined : 'the response has a body, but none is documented';
    if (!headers['content-type']?.startsWith(type))
      return `the media type ${headers['content-type']} is not documented`;
    const checked = validator(`${method} ${path} ${status}`, content.schema).safeParse(body);
    return checked.success ? undefined : z.prettifyError(checked.error);
  };
}
