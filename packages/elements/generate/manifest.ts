/** The parts of a custom-elements manifest (schema 1.0.0) that this package uses. */
export interface Manifest {
  modules: Module[];
}

export interface Module {
  path: string;
  declarations?: Declaration[];
  exports?: { kind: string; name: string; declaration: { name: string; module?: string } }[];
}

export interface Declaration {
  name: string;
  tagName?: string;
  customElement?: boolean;
  description?: string;
  superclass?: { name: string; package?: string; module?: string };
  members?: Member[];
  attributes?: Member[];
  events?: Member[];
  slots?: Member[];
  cssParts?: Member[];
  cssProperties?: Member[];
}

export interface Member {
  kind?: string;
  name: string;
  description?: string;
  type?: { text: string };
  default?: string;
  privacy?: string;
  readonly?: boolean;
  attribute?: string;
  fieldName?: string;
  inheritedFrom?: unknown;
}

/** The elements of a manifest, in the order of their names. */
export const elementsOf = ({ modules }: Manifest): readonly Declaration[] =>
  modules
    .flatMap(({ declarations = [] }) => declarations)
    .filter(({ customElement, tagName }) => customElement && tagName)
    .sort((a, b) => a.name.localeCompare(b.name));

const lists = ['members', 'attributes', 'events', 'slots', 'cssParts', 'cssProperties'] as const;

/** The name of the file in `dist` that defines an element. */
const fileOf = (tag: string): string => `dist/${tag}.js`;

/**
 * Changes the manifest of the sources into that of the published package: only the elements, with the paths of their files in
 * `dist`, and without private members and the classes that they inherit from.
 */
export function publish(manifest: Manifest): void {
  manifest.modules = elementsOf(manifest).map((element) => {
    const module = fileOf(element.tagName ?? '');
    for (const list of lists) element[list] = element[list]?.filter(isPublic).map(withoutOrigin) ?? [];
    element.superclass = { name: 'LitElement', package: 'lit' };
    const declaration = { name: element.name, module };
    return {
      kind: 'javascript-module',
      path: module,
      declarations: [element],
      exports: [
        { kind: 'js', name: element.name, declaration },
        { kind: 'custom-element-definition', name: element.tagName ?? '', declaration },
      ],
    };
  });
}

const isPublic = ({ name, privacy }: Member): boolean =>
  !name.startsWith('#') && privacy !== 'private' && privacy !== 'protected';

const withoutOrigin = ({ inheritedFrom: _, ...member }: Member): Member => member;
