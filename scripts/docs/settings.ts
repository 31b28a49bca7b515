import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/files.ts';
import { declarationsOf } from './declarations.ts';
import { code, described, page, table } from './markdown.ts';

const FILE = 'packages/server/src/settings.ts';
const OPENING = /^`([A-Z_]+)`(?:: |, |\. |$)(.*)$/;

/** The page of the environment variables of the reference server. */
export function settingsPage(): string {
  const members = declarationsOf(FILE).interfaces.get('Settings')?.members ?? [];
  const rows = members.map(({ name, isOptional, about }) => {
    const [, variable = '', rest = ''] = OPENING.exec(about) ?? [];
    if (!variable)
      throw new Error(`${FILE}: the JSDoc of ${name} must begin with the name of its variable in backticks`);
    const { fallback, about: meaning } = described(rest);
    if (isOptional && !fallback) throw new Error(`${FILE}: the JSDoc of ${name} needs a sentence 'Default: …'`);
    return [code(variable), fallback || 'required', meaning.charAt(0).toUpperCase() + meaning.slice(1)];
  });
  const read = [...readFileSync(join(root, FILE), 'utf8').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name);
  const missing = read.filter((name) => name && !rows.some(([variable]) => variable === code(name)));
  if (missing.length > 0) throw new Error(`${FILE}: Settings has no member for ${missing.join(', ')}`);
  return page(
    'Settings',
    'The environment variables of the reference server and of `readSettings`. An empty variable counts as absent. All of them are checked before the server starts, and each fault is reported on a line of its own. [How to set them](../guide/settings.md).',
    table(['variable', 'default', 'value'], rows),
  );
}
