import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Requirement } from '../check-requirements.ts';
import { files, root } from '../lib/files.ts';
import { isMain } from '../lib/main.ts';
import { numbersOf, testTitles } from '../lib/titles.ts';
import { guards } from './guards.ts';

/*
 * Generates the tables of docs/security.md from the code. Run `node scripts/drills/table.ts` to update the file.
 */

const FILE = join(root, 'docs/security.md');
const TESTED = ['packages/*/src/**/*.ts', 'demo-server/src/**/*.ts', 'e2e/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'];

const short = (path: string): string => path.replace('packages/server/src/', '');
const cell = (text: string): string => text.replaceAll('|', '\\|');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

function guardTable(): string {
  const rows = guards.map(({ guard, file, test, title }) => {
    const words = title.replace(/ \((?:sqlite|postgres)\)$/, '');
    return [guard, `\`${short(file)}\``, `\`${short(test)}\`: ${words}`];
  });
  return table(['Guard', 'File', 'Test that fails without it'], rows);
}

function requirementTable(): string {
  const list = JSON.parse(readFileSync(join(root, 'docs/requirements.json'), 'utf8')) as Requirement[];
  const testsOf = new Map<string, Set<string>>();
  for (const file of files(root, ...TESTED)) {
    for (const { text } of testTitles(file, readFileSync(join(root, file), 'utf8'))) {
      for (const id of numbersOf(text)) testsOf.set(id, (testsOf.get(id) ?? new Set()).add(short(file)));
    }
  }
  const rows = list
    .filter(({ id }) => id.startsWith('R'))
    .map(({ id, title, built }) => {
      const tests = [...(testsOf.get(id) ?? [])].map((file) => `\`${file}\``);
      return [id, title, built ? tests.join(', ') : 'not built'];
    });
  return table(['Number', 'Requirement', 'Tests'], rows);
}

/**
 * Returns the document with new tables.
 * @throws Error if the document has no markers for a table
 */
export function withTables(document: string): string {
  const tables = { guards: guardTable(), requirements: requirementTable() };
  let written = document;
  for (const [name, made] of Object.entries(tables)) {
    const begin = `<!-- ${name}: written by scripts/drills/table.ts -->`;
    const end = `<!-- end of ${name} -->`;
    const [from, to] = [written.indexOf(begin), written.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/security.md must contain the lines "${begin}" and "${end}".`);
    written = `${written.slice(0, from)}${begin}\n\n${made}\n\n${written.slice(to)}`;
  }
  return written;
}

export const securityPage = (): string => readFileSync(FILE, 'utf8');

if (isMain(import.meta)) writeFileSync(FILE, withTables(securityPage()));
