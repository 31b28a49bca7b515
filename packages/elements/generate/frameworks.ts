import { type Declaration, elementsOf, type Manifest, type Member } from './manifest.ts';

const header = '// Generated from the custom-elements manifest.\n';

const comment = (text: string | undefined, indent: string): string =>
  text ? `${indent}/** ${text.replace(/\s+/g, ' ').replaceAll('*/', '*\\/')} */\n` : '';

/** An attribute that has no property of its own, such as `lang`, is a text or a flag. */
const typeOf = ({ name: element }: Declaration, { fieldName, type }: Member): string =>
  fieldName ? `${element}['${fieldName}']` : (type?.text ?? 'string');

/** The properties that have no attribute, because their values are objects. */
export const objectsOf = ({ members = [], attributes = [] }: Declaration): readonly Member[] =>
  members.filter(
    ({ kind, name, readonly }) =>
      kind === 'field' && !readonly && !attributes.some(({ fieldName }) => fieldName === name),
  );

const member = (name: string, type: string, description: string | undefined, indent: string): string =>
  `${comment(description, indent)}${indent}${/^\w+$/.test(name) ? name : `'${name}'`}?: ${type} | undefined;\n`;

/** The members of an element in a template: its attributes, its objects, and its events with the given beginnings. */
const members = (element: Declaration, prefixes: readonly string[], indent: string): string =>
  [
    ...(element.attributes ?? []).map((each) => member(each.name, typeOf(element, each), each.description, indent)),
    ...objectsOf(element).map(({ name, description }) =>
      member(name, `${element.name}['${name}']`, description, indent),
    ),
    ...prefixes.flatMap((prefix) =>
      (element.events ?? []).map(({ name, description }) =>
        member(`${prefix}${name}`, `((event: MfaEventMap['${name}']) => void)`, description, indent),
      ),
    ),
  ].join('');

const imports = (elements: readonly Declaration[]): string =>
  `import type { ${elements.map(({ name }) => name).join(', ')}, MfaEventMap } from './index.js';\n`;

const body = (elements: readonly Declaration[], entry: (element: Declaration) => string): string =>
  elements.map((element) => `${comment(element.description, '    ')}${entry(element)}`).join('');

/** The tags in JSX, for React 19. */
export const jsxTypes = (manifest: Manifest): string => {
  const elements = elementsOf(manifest);
  return `${header}import type { DetailedHTMLProps, HTMLAttributes } from 'react';
${imports(elements)}
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
${body(elements, (element) => `    '${element.tagName}': Omit<DetailedHTMLProps<HTMLAttributes<${element.name}>, ${element.name}>, 'autofocus'> & {\n${members(element, ['on'], '      ')}    };\n`)}    }
  }
}
`;
};

/** The tags in the templates of Vue 3. */
export const vueTypes = (manifest: Manifest): string => {
  const elements = elementsOf(manifest);
  return `${header}import type { HTMLAttributes, PublicProps } from 'vue';
${imports(elements)}
type Tag<E extends HTMLElement, P> = new () => E & { $props: PublicProps & Omit<HTMLAttributes, keyof P> & P };

declare module 'vue' {
  interface GlobalComponents {
${body(elements, (element) => `    '${element.tagName}': Tag<${element.name}, {\n${vueMembers(element)}    }>;\n`)}  }
}
`;
};

/** Vue knows a listener by the name `onMfaSuccess`, and lets a template write `@mfa-success`. */
const vueMembers = (element: Declaration): string =>
  members(element, [], '      ') +
  (element.events ?? [])
    .map(({ name, description }) =>
      member(listenerOf(name), `((event: MfaEventMap['${name}']) => void)`, description, '      '),
    )
    .join('');

/** The tags in the templates of Svelte 5. */
export const svelteTypes = (manifest: Manifest): string => {
  const elements = elementsOf(manifest);
  return `${header}import type { HTMLAttributes } from 'svelte/elements';
${imports(elements)}
declare module 'svelte/elements' {
  interface SvelteHTMLElements {
${body(elements, (element) => `    '${element.tagName}': Omit<HTMLAttributes<${element.name}>, 'autofocus'> & {\n${members(element, ['on', 'on:'], '      ')}    };\n`)}  }
}
`;
};

/** The name of a listener of an event: `onMfaSuccess` for `mfa-success`. */
export const listenerOf = (event: string): string =>
  `on${event.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;

/** The tags and attributes for editors (VS Code custom data). */
export const customData = (manifest: Manifest): string =>
  `${JSON.stringify(
    {
      version: 1.1,
      tags: elementsOf(manifest).map(({ tagName, description, attributes = [] }) => ({
        name: tagName,
        description,
        attributes: attributes.map(({ name, description, type }) => ({
          name,
          description,
          ...(type?.text === 'boolean' ? { valueSet: 'v' } : {}),
          ...valuesOf(type?.text),
        })),
      })),
    },
    null,
    2,
  )}\n`;

const valuesOf = (type: string | undefined): object => {
  const values = [...(type ?? '').matchAll(/'([^']+)'/g)].map(([, name]) => ({ name }));
  return values.length > 0 ? { values } : {};
};
