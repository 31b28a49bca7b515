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

/** Where the list and the titles of the tests disagree, one line each. */
export function requirementViolations(requirements: readonly Requirement[], sources: Record<string, string>): string[] {
  const byId = new Map(requirements.map((requirement) => [requirement.id, requirement]));
  const tested = new Set<string>();
  const found: string[] = [];
  if (byId.size !== requirements.length) found.push('docs/requirements.json names a number twice');
  for (const [file, source] of Object.entries(sources)) {
    for (const { text, line } of testTitles(file, source)) {
      for (const id of numbersOf(text)) {
        tested.add(id);
        const requirement = byId.get(id);
        if (!requirement) found.push(`${file}:${line} names ${id}, which docs/requirements.json does not have`);
        else if (!requirement.built) found.push(`${file}:${line} names ${id}, which is not marked as built`);
      }
    }
  }
  for (const { id, title, built } of requirements) {
    if (built && !tested.has(id)) found.push(`${id} (${title}) is marked as built, but no test is titled with it`);
  }
  return found;
}

if (isMain(import.meta)) {
  const requirements = JSON.parse(readFileSync(join(root, 'docs/requirements.json'), 'utf8')) as Requirement[];
  const sources = files(root, ...patterns).map((file) => [file, readFileSync(join(root, file), 'utf8')]);
  report('requirements', requirementViolations(requirements, Object.fromEntries(sources)));
}
