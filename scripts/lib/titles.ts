import { parseSync, Visitor } from 'oxc-parser';

export interface Title {
  readonly text: string;
  readonly line: number;
}

/**
 * Returns the titles of the tests in a file: the first argument of `test('…')`, of `it('…')`, and of any call with a title
 * and a function, such as `withDatabases('…', async () => …)`. For a template, the title is the part before the first value.
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
 * Returns the numbers of requirements that a title begins with: `R14 R15: …`, `K5 new phone: …`.
 * `P1` or `P2` after an R number is a priority and not a number of a requirement.
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
