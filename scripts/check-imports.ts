import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { cycles } from './lib/cycles.ts';
import { files, isTest, root } from './lib/files.ts';
import { isMain } from './lib/main.ts';
import { type ModuleFacts, type Reference, readModule } from './lib/module.ts';
import { report } from './lib/report.ts';

/** What each room may import of the others. `protocol ← client ← elements ← react` and `protocol ← server ← demo-server`. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  client: ['protocol'],
  elements: ['client', 'protocol'],
  react: ['elements'],
  server: ['protocol'],
  'demo-server': ['protocol', 'client', 'elements', 'server'],
  e2e: ['protocol', 'client', 'elements', 'server'],
  bench: ['protocol', 'client', 'elements', 'server'],
  scripts: [],
};

/** Packages that carry zod or a framework and must not get into what a browser or a Node script loads. */
const never: Readonly<Record<string, readonly string[]>> = {
  protocol: ['lit', 'express'],
  client: ['lit', 'zod', 'express'],
  elements: ['zod', 'express', 'react'],
  react: ['lit', 'zod', 'express'],
  server: ['lit'],
};

/** The files of the one room that may touch it, by their beginnings; everywhere else in the browser's half it is refused. */
const onlyIn: Readonly<Record<string, readonly string[]>> = {
  fetch: ['packages/client/src/transport'],
  'navigator.credentials': ['packages/client/src/passkey', 'packages/client/src/one-time-code'],
};

/** The one folder of the server with queries. */
const store = 'packages/server/src/store/';

/** The generator of docs/reference reads the sources of all packages, also what they do not export. */
const generator = 'scripts/docs/';

/** Folders whose `index.ts` is a list: the one place that a new member is entered in. */
const lists = ['steps', 'factors', 'migrations', 'templates'];

const patterns = ['packages/*/src/**/*.ts', 'demo-server/**/*.ts', 'e2e/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'];

const packageOf = (file: string): string => /^(?:packages\/)?([^/]+)/.exec(file)?.[1] ?? '';

/** Every breach of the import rule under `base`, one line each, naming the file and the line. */
export function importViolations(base: string): string[] {
  const modules = new Map<string, ModuleFacts>();
  for (const file of files(base, ...patterns)) {
    modules.set(file, readModule(file, readFileSync(join(base, file), 'utf8')));
  }
  const steps = stepNames(modules);
  const found: string[] = [];
  for (const [file, facts] of modules) {
    found.push(...barrelBreach(file, facts));
    for (const reference of facts.references) {
      const breach =
        layerBreach(file, reference) ??
        stepBreach(file, reference, steps) ??
        flowBreach(file, reference) ??
        storeBreach(file, reference);
      if (breach) found.push(`${file}:${reference.line} ${breach}`);
    }
    found.push(...queryBreach(file, facts));
    if (isTest(file) || !['client', 'elements'].includes(packageOf(file))) continue;
    for (const touch of facts.touches) {
      const homes = onlyIn[touch.name] ?? [];
      if (homes.some((home) => file.startsWith(home))) continue;
      const may = homes.map((home) => `${home}*.ts`).join(' and ');
      found.push(`${file}:${touch.line} touches ${touch.name}; only ${may} may`);
    }
  }
  const graph = importGraph(base, modules);
  found.push(...constantsBreach(modules), ...childBreach(modules, graph));
  for (const group of cycles(graph)) found.push(`import cycle: ${group.join(' → ')}`);
  found.push(...folderBreach(graph));
  return found;
}

function layerBreach(file: string, { specifier, typeOnly }: Reference): string | undefined {
  const room = packageOf(file);
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier);
    return packageOf(target) === room || file.startsWith(generator)
      ? undefined
      : `reaches into another package by path: ${specifier}`;
  }
  const own = /^@tweestap\/([^/]+)(\/.*)?$/.exec(specifier);
  if (!own) {
    const name = specifier.split('/')[0] ?? '';
    const banned = !isTest(file) && !typeOnly && never[room]?.includes(name);
    return banned ? `${room} must not import ${name}` : undefined;
  }
  const target = own[1] ?? '';
  if (target === room) return `imports its own package by name: ${specifier}`;
  if (!mayImport[room]?.includes(target)) return `${room} must not import ${target}`;
  const bare = target === 'protocol' && specifier !== '@tweestap/protocol/constants';
  if (bare && !typeOnly && ['client', 'elements'].includes(room) && !isTest(file))
    return `needs 'import type': ${specifier} would bring zod into the browser`;
  return undefined;
}

/** The step types: the files that the protocol's list of steps imports. */
function stepNames(modules: ReadonlyMap<string, ModuleFacts>): ReadonlySet<string> {
  const list = modules.get('packages/protocol/src/steps/index.ts')?.references ?? [];
  return new Set(list.map(({ specifier }) => posix.basename(specifier, '.ts')));
}

function stepBreach(file: string, { specifier }: Reference, steps: ReadonlySet<string>): string | undefined {
  if (isTest(file) || !specifier.startsWith('.') || !/\/src\/steps\/[^/]+$/.test(file)) return undefined;
  const target = posix.join(posix.dirname(file), specifier);
  const name = posix.basename(target, '.ts');
  const another = /\/src\/steps\/[^/]+$/.test(target) && steps.has(name);
  return another && steps.has(posix.basename(file, '.ts')) ? `a step imports another step: ${specifier}` : undefined;
}

/** The engine gets its steps and factors as lists, so that a new one changes nothing in it. */
function flowBreach(file: string, { specifier }: Reference): string | undefined {
  if (isTest(file) || !file.startsWith('packages/server/src/flow/')) return undefined;
  const target = posix.join(posix.dirname(file), specifier);
  const isMember = specifier.startsWith('.') && /^packages\/server\/src\/(steps|factors)\//.test(target);
  return isMember ? `flow/ imports a step or a factor: ${specifier}` : undefined;
}

/** Tests look into the tables, and the drills are tests. */
const mayQuery = (file: string): boolean =>
  file.startsWith(store) || isTest(file) || file.startsWith('packages/server/src/drills/');

/** SQL is in `store/` only: elsewhere nothing imports the query builder, not even a type. */
function storeBreach(file: string, { specifier }: Reference): string | undefined {
  const isKysely = specifier.split('/')[0] === 'kysely';
  return isKysely && !mayQuery(file) ? `imports kysely; only ${store} may` : undefined;
}

/** The same for queries that need no import: a handle of the store builds them itself. */
function queryBreach(file: string, { queries }: ModuleFacts): string[] {
  return (mayQuery(file) ? [] : queries).map(
    ({ name, line }) => `${file}:${line} builds a query with ${name}; only ${store} may`,
  );
}

function barrelBreach(file: string, { references }: ModuleFacts): string[] {
  const isPackageRoot = /^(packages\/[^/]+|demo-server)\/src\/index\.ts$/.test(file);
  if (isPackageRoot) return [];
  const found = references
    .filter(({ kind }) => kind === 'export-all')
    .map(({ line, specifier }) => `${file}:${line} an inner barrel: export * from '${specifier}'`);
  if (file.endsWith('/index.ts') && !lists.some((list) => file.endsWith(`/${list}/index.ts`)))
    found.push(`${file} an inner barrel: index.ts stands at a package's root and as the list of ${lists.join(', ')}`);
  return found;
}

/** `@tweestap/protocol/constants` is the one value import of the browser's half: nothing it reaches may be a dependency. */
function constantsBreach(modules: ReadonlyMap<string, ModuleFacts>): string[] {
  const reached = new Set<string>(['packages/protocol/src/constants.ts']);
  const found: string[] = [];
  for (const file of reached) {
    for (const { specifier, typeOnly, line } of modules.get(file)?.references ?? []) {
      if (typeOnly) continue;
      if (specifier.startsWith('.')) reached.add(posix.join(posix.dirname(file), specifier));
      else found.push(`${file}:${line} brings ${specifier} into @tweestap/protocol/constants`);
    }
  }
  return found;
}

/** Two folders that import each other can only be read together. Tests and what only tests use are excepted. */
function folderBreach(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const isSource = (file: string): boolean =>
    /^(packages\/[^/]+|demo-server)\/src\//.test(file) && !isTest(file) && !/\/(testing|drills|oracle)\//.test(file);
  const imports = new Map<string, Map<string, string>>();
  for (const [file, targets] of graph) {
    if (!isSource(file)) continue;
    const folder = posix.dirname(file);
    for (const target of targets) {
      if (!isSource(target) || posix.dirname(target) === folder) continue;
      const known = imports.get(folder) ?? new Map<string, string>();
      imports.set(folder, known.set(posix.dirname(target), file));
    }
  }
  const found: string[] = [];
  for (const [folder, targets] of imports) {
    for (const [target, file] of targets) {
      const back = imports.get(target)?.get(folder);
      if (back && folder < target) found.push(`${folder} and ${target} import each other: ${file}, ${back}`);
    }
  }
  return found;
}

/**
 * A program that a test starts as a process of its own (`*-child.ts`) measures or breaks the server as it is in production.
 * `node:test` switches on async hooks, which make every promise several times as expensive.
 */
function childBreach(modules: ReadonlyMap<string, ModuleFacts>, graph: ReadonlyMap<string, string[]>): string[] {
  const found: string[] = [];
  for (const child of [...modules.keys()].filter((file) => file.endsWith('-child.ts'))) {
    const reached = new Set([child]);
    for (const file of reached) {
      for (const target of graph.get(file) ?? []) reached.add(target);
      const isHarness = modules.get(file)?.references.some(({ specifier }) => specifier === 'node:test');
      if (isHarness) found.push(`${child} is no test and reaches node:test through ${file}`);
    }
  }
  return found;
}

/** Static imports between files of the repository, types included: a cycle of types is a cycle in the reader's head. */
function importGraph(base: string, modules: ReadonlyMap<string, ModuleFacts>): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const [file, { references }] of modules) {
    const targets = references
      .filter(({ kind }) => kind !== 'dynamic')
      .map(({ specifier }) => resolve(base, file, specifier))
      .filter((target) => target !== undefined && modules.has(target));
    graph.set(file, targets as string[]);
  }
  return graph;
}

function resolve(base: string, file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
  const own = /^@tweestap\/([^/]+)(?:\/(.*))?$/.exec(specifier);
  if (!own) return undefined;
  const candidate = `packages/${own[1]}/src/${(own[2] ?? 'index').replace(/\.js$/, '')}.ts`;
  return existsSync(join(base, candidate)) ? candidate : undefined;
}

if (isMain(import.meta)) report('imports', importViolations(root));
