import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listenerOf, objectsOf } from '../elements/generate/frameworks.ts';
import { type Declaration, elementsOf, type Manifest, type Member } from '../elements/generate/manifest.ts';

/*
 * Writes the component of each element from the custom-elements manifest of the built package. The build runs it. The files
 * are committed, so that a check of the types needs no build.
 */
const header = '// Generated from the custom-elements manifest by generate.ts.\n';
const source = join(import.meta.dirname, 'src');

const comment = (text: string | undefined, indent = ''): string =>
  text ? `${indent}/** ${text.replace(/\s+/g, ' ')} */\n` : '';

/** Attributes that React or the component sets itself. */
const own = ['defer-hydration'];

const propOf = ({ fieldName, name }: Member): string => fieldName ?? (name === 'autofocus' ? 'autoFocus' : name);

const prop = (name: string, type: string, description: string | undefined): string =>
  `${comment(description, '  ')}  readonly ${name}?: ${type} | undefined;\n`;

const record = (entries: readonly (readonly [string, string])[]): string =>
  `{\n${entries.map(([key, value]) => `    ${key}: '${value}',\n`).join('')}  }`;

const componentOf = (element: Declaration): string => {
  const { name, tagName = '', description, events = [] } = element;
  const attributes = (element.attributes ?? []).filter((each) => !own.includes(each.name));
  const objects = objectsOf(element);
  const isLogin = tagName === 'mfa-login';
  const type = `${name}Element`;
  return `${header}import type { ${[`${name} as ${type}`, 'MfaEventMap'].sort().join(', ')} } from '@tweestap/elements/${tagName}.js';
import '@tweestap/elements/${tagName}.js';
import { component, type ElementComponent } from './component.ts';

/** The props of \`${name}\`. */
export interface ${name}Props {
${attributes.map((each) => prop(propOf(each), each.fieldName ? `${type}['${each.fieldName}']` : (each.type?.text ?? 'string'), each.description)).join('')}${objects.map((each) => prop(each.name, `${type}['${each.name}']`, each.description)).join('')}${
  isLogin ? prop('serverContent', 'string', 'The result of `renderLoginContent`. Only a server uses it.') : ''
}${events.map((each) => prop(listenerOf(each.name), `((event: MfaEventMap['${each.name}']) => void)`, each.description)).join('')}}

${comment(description)}export const ${name}: ElementComponent<${name}Props, ${type}> = component('${tagName}', {
  attributes: ${record(attributes.map((each) => [propOf(each), each.name]))},
  properties: [${objects.map((each) => `'${each.name}'`).join(', ')}],
  events: ${record(events.map((each) => [listenerOf(each.name), each.name]))},
});
`;
};

const indexOf = (elements: readonly Declaration[]): string =>
  `${header}export type {\n  AnswerDetail,\n  ErrorDetail,\n  LinkedDetail,\n  Messages,\n  MfaEventMap,\n  RequestDetail,\n  StepDetail,\n  SuccessDetail,\n} from '@tweestap/elements';\nexport type { CommonProps, ElementComponent } from './component.ts';\n${elements
    .map(({ name, tagName }) => `export { ${name}, type ${name}Props } from './${tagName}.ts';\n`)
    .join('')}`;

const path = fileURLToPath(import.meta.resolve('@tweestap/elements/custom-elements.json'));
const elements = elementsOf(JSON.parse(readFileSync(path, 'utf8')) as Manifest);
for (const element of elements) writeFileSync(join(source, `${element.tagName}.ts`), componentOf(element));
writeFileSync(join(source, 'index.ts'), indexOf(elements));
