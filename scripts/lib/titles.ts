import { parseSync, Visitor } from 'oxc-parser';

export interface Title {
  readonly text: string;
  readonly line: number;
}

/**
 * The titles of a file's tests: of `test('…')` and `it('…')`, and of whatever else registers a test and is given its title
 * and its function, such as `withDatabases('…', async () => …)`. Of a template it is the part before the first value.
 */
export function testTitles(file: string, source: string): Title[] {
  const { program } = parseSync(file, source);
  const found: Title[] = [];
  new Visitor({
    CallExpression({ callee, arguments: given, start }) {
      const [first, ...others] = given;
      const name = callee.type === 'MemberExpression' ? callee.property : callee;
      const isTest = name.type === 'Identifier' && (name.name === 'test' || name.name === 'it');
      const hasFunction = others.some(
        ({ type }) => type === 'ArrowFunctionExpression' || type === 'FunctionExpression',
      );
      if (!isTest && !hasFunction) return;
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
