import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../lib/files.ts';
import { type Manifest, type Packed, published } from '../../lib/pack.ts';
import { runQuietly } from '../../lib/run.ts';

export interface ExampleManifest extends Pick<Manifest, 'dependencies'> {
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** An example with everything that it depends on, in a folder of its own. */
export interface Installed {
  readonly folder: string;
  readonly scripts: Readonly<Record<string, string>>;
}

/** Where the dependencies of an example are installed in the workspace. */
const places = ['.', 'demo-server', 'bench', ...published.map((name) => `packages/${name}`)];

/**
 * Copies an example into `parent`, with the packed packages and its other dependencies. They are links to those of the
 * workspace, which takes no time. An example that depends on anything else is installed with npm.
 */
export function installExample(name: string, parent: string, packages: readonly Packed[]): Installed {
  const folder = join(parent, name);
  cpSync(join(root, 'examples', name), folder, {
    recursive: true,
    filter: (path) => !/\/(?:node_modules|dist|\.next|\.angular)$/.test(path),
  });
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as ExampleManifest;
  const used = usedBy(manifest, packages);
  const names = [manifest, ...used.map((packed) => packed.manifest)].flatMap(dependenciesOf);
  const needed = names.filter((dependency) => !isOurs(dependency));
  if (needed.every((dependency) => find(dependency))) linkAll(folder, used, needed);
  else installWithNpm(folder, used);
  return { folder, scripts: manifest.scripts ?? {} };
}

const isOurs = (dependency: string): boolean => dependency.startsWith('@tweestap/');

const dependenciesOf = ({ dependencies, devDependencies }: ExampleManifest): readonly string[] =>
  Object.keys({ ...dependencies, ...devDependencies });

/** The packed packages that an example depends on, directly or through each other. */
function usedBy(manifest: ExampleManifest, packages: readonly Packed[]): readonly Packed[] {
  const wanted = new Set(dependenciesOf(manifest).filter(isOurs));
  for (const name of wanted) {
    const packed = packages.find((one) => one.manifest.name === name);
    for (const other of Object.keys(packed?.manifest.dependencies ?? {}).filter(isOurs)) wanted.add(other);
  }
  return packages.filter((packed) => wanted.has(packed.manifest.name));
}

/** Returns the folder of a dependency in the workspace, or undefined if no package of the workspace depends on it. */
function find(dependency: string): string | undefined {
  return places.map((place) => join(root, place, 'node_modules', dependency)).find((path) => existsSync(path));
}

function installWithNpm(folder: string, packages: readonly Packed[]): void {
  const archives = packages.map(({ tarball }) => tarball);
  runQuietly('npm', ['install', '--no-audit', '--no-fund', ...archives], folder);
}

/** Places the packages and the dependencies as an installation does. */
function linkAll(folder: string, packages: readonly Packed[], needed: readonly string[]): void {
  const modules = join(folder, 'node_modules');
  for (const packed of packages) cpSync(packed.folder, join(modules, packed.manifest.name), { recursive: true });
  for (const dependency of needed) {
    const link = join(modules, dependency);
    const target = find(dependency);
    if (!target || existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
}
