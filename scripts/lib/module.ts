import { type Expression, parseSync, Visitor } from 'oxc-parser';

/** One `import`, `export … from`, `import()` or type-level `import()` of a file. */
export interface Reference {
  readonly specifier: string;
  /** Whether the compiler removes the whole import. `import { type A }` still loads its module. */
  readonly typeOnly: boolean;
  readonly kind: 'import' | 'export' | 'export-all' | 'dynamic';
  readonly line: number;
}

/** A use of a global that only one file in a package may use. */
export interface Touch {
  readonly name: 'fetch' | 'navigator.credentials';
  readonly line: number;
}

/** The begin of a query, such as `db.selectFrom(…)`. */
export interface Query {
  readonly name: string;
  readonly line: number;
}

export interface ModuleFacts {
  readonly references: readonly Reference[];
  readonly touches: readonly Touch[];
  readonly queries: readonly Query[];
}

/** The methods of Kysely that begin a query. */
const QUERY = /^(?:selectFrom|selectNoFrom|insertInto|updateTable|deleteFrom|replaceInto|mergeInto|executeQuery)$/;

/**
 * Parses a file and returns its imports and its uses of guarded globals.
 * @throws Error if the file has a syntax error
 */
export function readModule(file: string, source: string): ModuleFacts {
  const { program, module, errors } = parseSync(file, source);
  const error = errors[0];
  if (error) throw new Error(`${file}: ${error.message}`);
  const lineAt = (offset: number): number => source.slice(0, offset).split('\n').length;
  const references: Reference[] = [];
  for (const found of module.staticImports) {
    const typeOnly = /^import\s+type\b/.test(source.slice(found.start, found.end));
    references.push({ specifier: found.moduleRequest.value, typeOnly, kind: 'import', line: lineAt(found.start) });
  }
  for (const found of module.staticExports) {
    const entry = found.entries.find((candidate) => candidate.moduleRequest !== null);
    if (!entry?.moduleRequest) continue;
    const typeOnly = /^export\s+type\b/.test(source.slice(found.start, found.end));
    const kind = entry.importName.kind === 'Name' ? 'export' : 'export-all';
    references.push({ specifier: entry.moduleRequest.value, typeOnly, kind, line: lineAt(found.start) });
  }
  const touches: Touch[] = [];
  const queries: Query[] = [];
  new Visitor({
    ImportExpression(node) {
      const specifier = textOf(node.source);
      if (specifier === undefined) return;
      references.push({
        specifier,
        typeOnly: false,
        kind: 'dynamic',
        line: lineAt(node.start),
      });
    },
    TSImportType(node) {
      references.push({ specifier: node.source.value, typeOnly: true, kind: 'import', line: lineAt(node.start) });
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type === 'Identifier' && callee.name === 'fetch')
        touches.push({ name: 'fetch', line: lineAt(node.start) });
    },
    MemberExpression(node) {
      if (node.computed || node.property.type !== 'Identifier') return;
      const name = `${lastName(node.object)}.${node.property.name}`;
      const line = lineAt(node.start);
      if (QUERY.test(node.property.name)) queries.push({ name: node.property.name, line });
      if (name === 'navigator.credentials') touches.push({ name, line });
      if (/^(globalThis|window|self)\.fetch$/.test(name)) touches.push({ name: 'fetch', line });
    },
  }).visit(program);
  return { references, touches, queries };
}

/** The text of a literal or of a template without expressions, which small builds write. */
function textOf(node: Expression): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  const [quasi] = node.type === 'TemplateLiteral' && node.expressions.length === 0 ? node.quasis : [];
  return quasi?.value.cooked ?? undefined;
}

/** `a.b.c` → `c`, `a` → `a`. */
function lastName(node: { type: string }): string {
  if (node.type === 'Identifier' && 'name' in node) return String(node.name);
  if (node.type === 'MemberExpression' && 'property' in node) return lastName(node.property as { type: string });
  return '';
}
