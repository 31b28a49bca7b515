import { steps } from '../../packages/protocol/src/steps/index.ts';
import { declarationsOf } from './declarations.ts';
import { type Declared, type Entry, elementClasses } from './manifest.ts';
import { code, described, page, table } from './markdown.ts';

const STATE = /^State of (.+?): (.*)$/;
const ORDER = ['mfa-login', 'mfa-enroll', 'mfa-settings', 'mfa-approve'];

const own = (entries: readonly Entry[] | undefined): Entry[] =>
  (entries ?? []).filter(
    ({ inheritedFrom, privacy, name }) => !inheritedFrom && privacy !== 'private' && !/^#/.test(name),
  );

/** @throws Error for an entry without a sentence */
function aboutOf({ name, description }: Entry, of: string): string {
  if (!description)
    throw new Error(`${of}: ${name} needs a JSDoc sentence, because docs/reference/elements.md shows it`);
  return description.replaceAll(/ \([RD]\d+a?\)/g, '');
}

const section = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0 ? [] : [`### ${title}`, table(head, rows)];

function attributes(entries: readonly Entry[], of: string): string[] {
  const rows = entries.map((entry) => [
    code(entry.name),
    code(entry.type?.text ?? ''),
    entry.default ? code(entry.default) : described(aboutOf(entry, of)).fallback,
    described(aboutOf(entry, of)).about,
  ]);
  return section('Attributes', ['attribute', 'type', 'default', 'meaning'], rows);
}

/** A literal is shown as code, a description as it is. */
const defaultOf = ({ default: text = '' }: Entry): string => (/ /.test(text) ? text : code(text));

function properties(entries: readonly Entry[], of: string): string[] {
  const rows = entries
    .filter(({ kind }) => kind === 'field')
    .map((entry) => [
      code(entry.name),
      code(entry.type?.text ?? ''),
      entry.readonly ? 'read only' : defaultOf(entry),
      entry.attribute ? code(entry.attribute) : 'none',
      aboutOf(entry, of),
    ]);
  return section('Properties', ['property', 'type', 'default', 'attribute', 'meaning'], rows);
}

function methods(entries: readonly Entry[], of: string): string[] {
  const rows = entries
    .filter(({ kind }) => kind === 'method')
    .map((entry) => {
      const given = (entry.parameters ?? []).map(
        ({ name, optional, type }) => `${name}${optional ? '?' : ''}: ${type?.text}`,
      );
      return [code(`${entry.name}(${given.join(', ')})`), code(entry.return?.type.text ?? 'void'), aboutOf(entry, of)];
    });
  return section('Methods', ['method', 'returns', 'meaning'], rows);
}

/** Returns the fields of the `detail` of each event, by the name of its type. */
function details(): (type: string) => string {
  const events = declarationsOf('packages/elements/src/view/host.ts').interfaces;
  const success = declarationsOf('packages/client/src/controller-options.ts').unions.get('SuccessDetail') ?? [];
  return (type) => {
    if (type === '') return 'none';
    // The two ends of a flow are picked from the step `done`.
    if (type === 'SuccessDetail') {
      const ends = success.map(({ name }) => /, ([\w |]+)>$/.exec(name)?.[1] ?? '');
      return ends.map((names) => code(`{${[...names.matchAll(/[a-zA-Z]+/g)].join(', ')}}`)).join(', or ');
    }
    const found = events.get(type);
    if (!found) throw new Error(`packages/elements/src/view/host.ts must declare ${type}, the detail of an event`);
    return found.members.map(({ name, type: of, about }) => `${code(`${name}: ${of}`)}: ${about}`).join('<br>');
  };
}

function events(entries: readonly Entry[], of: string, detailOf: (type: string) => string): string[] {
  const rows = entries.map((entry) => {
    const [, type = ''] = /^CustomEvent<(\w+)>$/.exec(entry.type?.text ?? '') ?? [];
    return [code(entry.name), detailOf(type), aboutOf(entry, of)];
  });
  return section('Events', ['event', '`detail`', 'when'], rows);
}

/** Returns the parts, each with its states: further part names that it has for a time. */
function parts(entries: readonly Entry[], of: string): string[] {
  const statesOf = (name: string): string =>
    entries
      .flatMap((entry) => {
        const [, parents = '', meaning = ''] = STATE.exec(aboutOf(entry, of)) ?? [];
        return parents.includes(code(name)) ? [`${code(entry.name)}: ${meaning}`] : [];
      })
      .join('<br>');
  const rows = entries
    .filter((entry) => !STATE.test(aboutOf(entry, of)))
    .map((entry) => [code(entry.name), aboutOf(entry, of), statesOf(entry.name)]);
  const others = entries.filter((entry) => {
    const [, parents] = STATE.exec(aboutOf(entry, of)) ?? [];
    return parents && !entries.some(({ name }) => parents.includes(code(name)));
  });
  const states = others.map((entry) => [code(entry.name), aboutOf(entry, of), '']);
  return section('CSS parts', ['part', 'what it is', 'states'], [...rows, ...states]);
}

function block(declared: Declared, detailOf: (type: string) => string): string[] {
  const { name } = declared;
  const slots = own(declared.slots).map((entry) => [code(entry.name), aboutOf(entry, name)]);
  const custom = own(declared.cssProperties).map((entry) => [
    code(entry.name),
    code(entry.default ?? ''),
    aboutOf(entry, name),
  ]);
  return [
    ...attributes(own(declared.attributes), name),
    ...properties(own(declared.members), name),
    ...methods(own(declared.members), name),
    ...events(own(declared.events), name, detailOf),
    ...section('Slots', ['slot', 'position'], slots),
    ...parts(own(declared.cssParts), name),
    ...section('CSS custom properties', ['property', 'default', 'meaning'], custom),
  ];
}

/** The page of the elements. */
export function elementsPage(): string {
  const classes = elementClasses();
  const base = classes.find(({ tagName }) => !tagName);
  if (!base) throw new Error('the manifest must have the class that all elements extend');
  const detailOf = details();
  const elements = classes.filter(({ tagName }) => tagName);
  elements.sort((a, b) => ORDER.indexOf(a.tagName ?? '') - ORDER.indexOf(b.tagName ?? ''));
  return page(
    'Elements',
    'Every attribute, property, method, event, slot, part and custom property of the elements. The same is in `custom-elements.json` of `@tweestap/elements`, for editors.',
    'Each element has what is listed under [All elements](#all-elements), and what is listed under its own name.',
    '## All elements',
    'All events bubble and are composed. A state of a part is a second part name: `mfa-login::part(input invalid)`.',
    `The steps in the names of slots are ${[...Object.keys(steps), 'classic'].map(code).join(', ')}.`,
    ...block(base, detailOf),
    ...elements.flatMap((element) => [
      `## \`<${element.tagName}>\``,
      (element.description ?? '').replaceAll(/\s*\n\s*/g, ' '),
      ...block(element, detailOf),
    ]),
  );
}
