import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.ts';
import { isMain } from '../lib/main.ts';
import { report } from '../lib/report.ts';
import { elementsPage } from './elements.ts';
import { messagesPage } from './messages.ts';
import { optionsPage } from './options.ts';
import { policyPage } from './policy.ts';
import { problemsPage } from './problems.ts';
import { settingsPage } from './settings.ts';

/*
 * Writes the pages of docs/reference from the code, so that nothing in them is missing or outdated. Run
 * `node --conditions=tweestap-source scripts/docs/reference.ts` to update them; with `--check` it only compares them.
 */

/** The pages, by file name. */
const pages: Readonly<Record<string, () => string>> = {
  'elements.md': elementsPage,
  'messages.md': messagesPage,
  'options.md': optionsPage,
  'policy.md': policyPage,
  'problems.md': problemsPage,
  'settings.md': settingsPage,
};

const COMMAND = 'node --conditions=tweestap-source scripts/docs/reference.ts';

/** Returns one line for each page that differs from the code, is missing, or that no code writes. */
export function outdated(folder: string, made: Readonly<Record<string, string>>): string[] {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  return [
    ...Object.entries(made).flatMap(([name, text]) => {
      const isSame = found.includes(name) && readFileSync(join(folder, name), 'utf8') === text;
      return isSame ? [] : [`docs/reference/${name} differs from the code; run: ${COMMAND}`];
    }),
    ...found
      .filter((name) => !Object.hasOwn(made, name))
      .map((name) => `docs/reference/${name} is no page of ${COMMAND}`),
  ];
}

if (isMain(import.meta)) {
  const folder = join(root, 'docs/reference');
  const made = Object.fromEntries(Object.entries(pages).map(([name, make]) => [name, make()]));
  if (process.argv.includes('--check')) report('reference', outdated(folder, made));
  else {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(made)) writeFileSync(join(folder, name), text);
  }
}
