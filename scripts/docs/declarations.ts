import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { root } from '../lib/files.ts';

/** A member of an interface, or of an object, with its JSDoc. */
export interface Member {
  readonly name: string;
  /** The type as it is written, on one line. Empty for a property of an object. */
  readonly type: string;
  readonly isOptional: boolean;
  /** The text of the JSDoc without its tags. */
  readonly about: string;
}

/** An interface of a file. */
export interface Declaration {
  readonly about: string;
  /** The names of the interfaces that it extends. */
  readonly bases: readonly string[];
  readonly members: readonly Member[];
}

/** What a file declares, by name. */
export interface Declarations {
  readonly interfaces: ReadonlyMap<string, Declaration>;
  /** The members of each type that is a union of texts. */
  readonly unions: ReadonlyMap<string, readonly Member[]>;
  /** The text of each other type alias. */
  readonly aliases: ReadonlyMap<string, string>;
  /** The properties of each constant that is an object. */
  readonly objects: ReadonlyMap<string, readonly Member[]>;
}

interface Spot {
  readonly start: number;
  readonly end: number;
}

const CHAIN = ['call', 'object', 'expression'] as const;

/**
 * Parses a file of the repository.
 * @throws Error if the file has a syntax error
 */
export function declarationsOf(file: string): Declarations {
  const source = readFileSync(join(root, file), 'utf8');
  const { program, comments, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const blocks = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'));
  /** The JSDoc directly before a place. `export`, `|` and white space may be between. */
  const about = ({ start }: Spot): string => {
    const found = blocks.findLast(({ end }) => end <= start && /^[\s|]*(?:export\s+)?$/.test(source.slice(end, start)));
    return found ? plain(found.value) : '';
  };
  const text = ({ start, end }: Spot): string => source.slice(start, end).replaceAll(/\s+/g, ' ');
  const interfaces = new Map<string, Declaration>();
  const unions = new Map<string, Member[]>();
  const aliases = new Map<string, string>();
  const objects = new Map<string, Member[]>();
  new Visitor({
    TSInterfaceDeclaration(node) {
      const bases = node.extends.map(({ expression }) => text(expression));
      const members = node.body.body.flatMap((member): Member[] => {
        if (member.type === 'TSPropertySignature') {
          const type = member.typeAnnotation ? text(member.typeAnnotation.typeAnnotation) : '';
          return [{ name: text(member.key), type, isOptional: member.optional, about: about(member) }];
        }
        if (member.type !== 'TSMethodSignature') return [];
        const type = `${text({ start: member.key.end, end: member.end }).replace(/;$/, '').replace(/^\?/, '')}`;
        return [{ name: text(member.key), type, isOptional: member.optional, about: about(member) }];
      });
      interfaces.set(node.id.name, { about: about(node), bases, members });
    },
    TSTypeAliasDeclaration(node) {
      if (node.typeAnnotation.type !== 'TSUnionType') {
        aliases.set(node.id.name, text(node.typeAnnotation));
        return;
      }
      const members = node.typeAnnotation.types.map((type): Member => {
        return { name: text(type).replaceAll("'", ''), type: '', isOptional: false, about: about(type) };
      });
      unions.set(node.id.name, members);
    },
    VariableDeclarator(node) {
      if (node.id.type !== 'Identifier' || !node.init) return;
      const object = objectOf(node.init);
      if (!object) return;
      const members = object.map((property): Member => {
        const name = text(property.key).replaceAll("'", '');
        return { name, type: '', isOptional: false, about: about(property) };
      });
      objects.set(node.id.name, members);
    },
  }).visit(program);
  return { interfaces, unions, aliases, objects };
}

/** Returns the properties of an object, also behind `as const`, `satisfies` and as the argument of a call. */
function objectOf(node: object): (Spot & { key: Spot })[] | undefined {
  let at: unknown = node;
  while (typeof at === 'object' && at !== null) {
    const { type } = at as { type: string };
    if (type === 'ObjectExpression') {
      const { properties } = at as { properties: (Spot & { type: string; key: Spot })[] };
      return properties.filter((property) => property.type === 'Property');
    }
    at =
      type === 'CallExpression'
        ? (at as { arguments: unknown[] }).arguments[0]
        : CHAIN.map((name) => Reflect.get(at as object, name)).find(Boolean);
  }
  return undefined;
}

/** Returns the text of a JSDoc comment on one line, without its stars and tags. Numbers of requirements stay in the code. */
const plain = (comment: string): string =>
  (comment.replaceAll(/^\s*\*? ?/gm, '').split(/(?:^|\s)@(?:throws|default|param)\b/m)[0] ?? '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ \([RD]\d+a?\)/g, '')
    .replaceAll(/docs\/guide\/([a-z-]+)\.md/g, '[$1](../guide/$1.md)')
    .trim();
