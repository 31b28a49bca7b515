import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { en as approveEn } from '../../packages/elements/src/locales/approve/en.ts';
import { nl as approveNl } from '../../packages/elements/src/locales/approve/nl.ts';
import { en } from '../../packages/elements/src/locales/en.ts';
import { first, type Text } from '../../packages/elements/src/locales/messages.ts';
import { nl } from '../../packages/elements/src/locales/nl.ts';
import { en as settingsEn } from '../../packages/elements/src/locales/settings/en.ts';
import { nl as settingsNl } from '../../packages/elements/src/locales/settings/nl.ts';
import { root } from '../lib/files.ts';
import { code, page, table } from './markdown.ts';

type Catalogue = Readonly<Record<string, Text>>;

/** Returns a text, or each of its plural forms with its category. */
const forms = (text: Text | undefined): string =>
  typeof text === 'string' || text === undefined
    ? (text ?? '')
    : Object.entries(text)
        .map(([category, form]) => `${category}: ${form}`)
        .join('<br>');

const rows = (english: Catalogue, dutch: Catalogue): string[][] =>
  Object.entries(english).map(([key, text]) => [code(key), forms(text), forms(dutch[key])]);

const section = (title: string, english: Catalogue, dutch: Catalogue): string[] => [
  `## ${title}`,
  table(['key', 'English', 'Dutch'], rows(english, dutch)),
];

const FOLDER = join(root, 'packages/elements/src/locales');

/**
 * The page of the texts of the elements.
 * @throws Error for a folder of texts that has no section
 */
export function messagesPage(): string {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const unknown = folders.find(({ name }) => !['approve', 'settings'].includes(name));
  if (unknown)
    throw new Error(`scripts/docs/messages.ts has no section for packages/elements/src/locales/${unknown.name}`);
  return page(
    'Messages',
    'Every text that an element shows. The property `messages` replaces single texts:',
    "```ts\nimport '@tweestap/elements/mfa-login.js';\n\nconst login = document.querySelector('mfa-login');\nif (login) login.messages = { 'username.label': 'Staff number' };\n```",
    "A word in braces, such as `{count}`, is filled in. A text that depends on a number has a form for each plural category of the language; to replace it, give an object: `{ one: '…', other: '…' }`.",
    ...section('All elements', { ...first.en, ...en }, { ...first.nl, ...nl }),
    ...section('`<mfa-settings>`', settingsEn, settingsNl),
    ...section('`<mfa-approve>`', approveEn, approveNl),
  );
}
