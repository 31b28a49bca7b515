import { parseSync, Visitor } from 'oxc-parser';

export interface Title {
  readonly text: string;
  readonly line: number;
}

/** `withDatabases` registers a test on SQLite and on PostgreSQL. */
const registrars = new Set(['test', 'it', 'withDatabases']);

/** The titles of a file's tests: `test('…')`, `it('…')`, `context.test(…)`, `withDatabases('…')`; of a template the part before its first value. */
export function testTitles(file: string, source: string): Title[] {
  const { program } = parseSync(file, source);
  const found: Title[] = [];
  new Visitor({
    CallExpression({ callee, arguments: [first], start }) {
      const name = callee.type === 'MemberExpression' ? callee.property : callee;
      if (name.type !== 'Identifier' || !registrars.has(name.name)) return;
      const line = source.slice(0, start).split('\n').length;
      if (first?.type === 'Literal' && typeof first.value === 'string') found.push({ text: first.value, line });
      if (first?.type === 'TemplateLiteral') found.push({ text: first.quasis[0]?.value.cooked ?? '', line });
    },
  }).visit(program);
  return found;
}

const number = /^(R\d+a?|[KPMTW]\d+)(?=[\s:,.;]|$)[\s,]*/;

/**
 * The requirement and row numbers that a title begins with: `R14 R15: …`, `K5 new phone: …`.
 * `P1` or `P2` after an R number is its priority, as the requirements write it, not a row.
 */
export function numbersOf(title: string): string[] {
  const found: string[] = [];
  let rest = title;
  for (let match = number.exec(rest); match; match = number.exec(rest)) {
    const id = match[1] ?? '';
    const isPriority = /^P[12]$/.test(id) && found.at(-1)?.startsWith('R');
    if (!isPriority) found.push(id);
    rest = rest.slice(match[0].length);
  }
  return found;
}
