import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { files, root } from './lib/files.ts';
import { isMain } from './lib/main.ts';
import { report } from './lib/report.ts';
import { numbersOf, testTitles } from './lib/titles.ts';

export interface Requirement {
  readonly id: string;
  readonly title: string;
  readonly built: boolean;
}

const patterns = [
  'packages/*/src/**/*.ts',
  'demo-server/src/**/*.ts',
  'e2e/**/*.ts',
  'scripts/**/*.ts',
  'bench/**/*.ts',
];

/** Returns the numbers that a Markdown document describes, each after its own anchor: `<a id="r14"></a>**R14**`. */
export function documentedNumbers(markdown: string): string[] {
  return [...markdown.matchAll(/<a id="([a-z]\d+a?)"><\/a>(?:\*\*)?([A-Z]\d+a?)\b/g)].map(([, anchor = '', id = '']) =>
    anchor === id.toLowerCase() ? id : `${id} (anchor ${anchor})`,
  );
}

/** Returns the differences between the list and the document with the full texts. Only the document has decisions (D1 …). */
export function textViolations(requirements: readonly Requirement[], markdown: string): string[] {
  const documented = documentedNumbers(markdown);
  const listed = new Set(requirements.map(({ id }) => id));
  const duplicates = documented.filter((id, index) => documented.indexOf(id) !== index);
  return [
    ...[...listed].filter((id) => !documented.includes(id)).map((id) => `docs/requirements.md has no text for ${id}`),
    ...documented
      .filter((id) => !/^D\d+$/.test(id) && !listed.has(id))
      .map((id) => `docs/requirements.json does not list ${id}, which docs/requirements.md describes`),
    ...duplicates.map((id) => `docs/requirements.md has a duplicate text for ${id}`),
  ];
}

/** Returns the differences between the list and the titles of the tests, one per line. */
export function requirementViolations(requirements: readonly Requirement[], sources: Record<string, string>): string[] {
  const byId = new Map(requirements.map((requirement) => [requirement.id, requirement]));
  const tested = new Set<string>();
  const found: string[] = [];
  if (byId.size !== requirements.length) found.push('docs/requirements.json has a duplicate number');
  for (const [file, source] of Object.entries(sources)) {
    for (const { text, line } of testTitles(file, source)) {
      for (const id of numbersOf(text)) {
        tested.add(id);
        const requirement = byId.get(id);
        if (!requirement) found.push(`${file}:${line} names ${id}, which docs/requirements.json does not list`);
        else if (!requirement.built) found.push(`${file}:${line} names ${id}, which is not marked as built`);
      }
    }
  }
  for (const { id, title, built } of requirements) {
    if (built && !tested.has(id)) found.push(`${id} (${title}) is marked as built, but no test title begins with it`);
  }
  return found;
}

if (isMain(import.meta)) {
  const requirements = JSON.parse(readFileSync(join(root, 'docs/requirements.json'), 'utf8')) as Requirement[];
  const sources = files(root, ...patterns).map((file) => [file, readFileSync(join(root, file), 'utf8')]);
  const texts = readFileSync(join(root, 'docs/requirements.md'), 'utf8');
  report('requirements', [
    ...requirementViolations(requirements, Object.fromEntries(sources)),
    ...textViolations(requirements, texts),
  ]);
}
