import { organisationJsonSchema } from '../../packages/server/src/organisations/schema.ts';
import { code, described, page, table } from './markdown.ts';

/** The members of JSON Schema that the schema of an organisation uses. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly format?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

const isText = ({ anyOf }: Schema): boolean => anyOf?.some(({ properties }) => properties?.en !== undefined) ?? false;

function typeOf(schema: Schema): string {
  if (isText(schema)) return 'text, or an object with `en` and `nl`';
  if (schema.enum) return schema.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (schema.items) return `list of ${typeOf(schema.items).replace(/^(?:text|URL|public key)/, '$&s')}`;
  if (schema.format === 'uri') return 'URL';
  if (schema.format === 'date') return 'day, `YYYY-MM-DD`';
  if (schema.oneOf) return 'public key (JWK)';
  return (
    { string: 'text', integer: 'whole number', boolean: '`true`, `false`' }[schema.type ?? ''] ?? schema.type ?? ''
  );
}

const between = (low: number | undefined, high: number | undefined, unit: string): string[] => {
  if (low === undefined && high === undefined) return [];
  if (low === undefined) return [`at most ${high?.toLocaleString('en')}${unit}`];
  return [high === undefined ? `at least ${low}${unit}` : `${low} to ${high.toLocaleString('en')}${unit}`];
};

const limitsOf = (schema: Schema): string =>
  [
    ...between(schema.minimum, schema.maximum, ''),
    ...between(schema.minLength, schema.maxLength, ' characters'),
    ...between(schema.minItems, schema.maxItems, ' entries'),
    ...(schema.anyOf
      ? [...new Set(schema.anyOf.flatMap((each) => between(each.minLength, each.maxLength, ' characters')))]
      : []),
  ].join(', ');

const isGroup = (schema: Schema | undefined): boolean => schema?.properties !== undefined;

/**
 * Returns the rows of an object and of the objects in it, by path: field, type, default, limits, description.
 * @throws Error for a field without a description
 */
export function schemaRows(schema: Schema, path = ''): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = `${path}${name}`;
    if (!field.description) throw new Error(`${at} needs a description in its schema, because the reference shows it`);
    const plain = field.description.replaceAll(/ \([RD]\d+a?\)/g, '').replaceAll(/"[\w-]+"/g, '`$&`');
    const { fallback: words, about } = described(plain);
    const fallback = schema.required?.includes(name) ? 'required' : words || defaultOf(field);
    const inner = isGroup(field) ? schemaRows(field, `${at}.`) : [];
    const entries = isGroup(field.items) ? schemaRows(field.items ?? {}, `${at}[].`) : [];
    const type = isGroup(field) ? 'object' : isGroup(field.items) ? 'list of objects' : typeOf(field);
    return [[code(at), type, fallback, limitsOf(field), about], ...inner, ...entries];
  });
}

function defaultOf(field: Schema): string {
  if (field.default === undefined) return 'none';
  return isGroup(field) ? '' : code(JSON.stringify(field.default));
}

/** The head of a table of `schemaRows`. */
export const SCHEMA_HEAD = ['field', 'type', 'default', 'limits', 'meaning'] as const;

/** The page of the fields of an organisation. */
export function policyPage(): string {
  const schema = organisationJsonSchema as Schema;
  const { policy, ...organisation } = schema.properties ?? {};
  return page(
    'Organisations and their policy',
    'The fields of an organisation, in `options.organisations` and in the file of `tweestap add-organisation`. An unknown field is refused. `organisationJsonSchema` of `@tweestap/server` is the same as a JSON Schema. [What the rules mean](../guide/policy.md).',
    '`a.b` is the field `b` of the object `a`, and `a[].b` is the field `b` of each entry of the list `a`.',
    '## The organisation',
    table(SCHEMA_HEAD, schemaRows({ ...schema, properties: organisation })),
    '## The policy',
    policy?.description ?? '',
    table(SCHEMA_HEAD, schemaRows(policy ?? {}, 'policy.')),
  );
}
