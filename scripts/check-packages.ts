import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { root } from './lib/files.ts';
import { type Manifest, type Packed, published, withPacked } from './lib/pack.ts';
import { report } from './lib/report.ts';
import { runQuietly } from './lib/run.ts';

/** Returns the faults that would affect an installation of the package from a registry. */
async function packageViolations({ folder, tarball, manifest }: Packed): Promise<string[]> {
  const found: string[] = [];
  const { messages, pkg } = await publint({ pkgDir: folder, pack: false, strict: true });
  for (const message of messages) found.push(formatMessage(message, pkg, { color: false }) ?? message.code);
  for (const [path, conditions] of Object.entries(manifest.exports)) {
    for (const target of typeof conditions === 'string' ? [conditions] : Object.values(conditions)) {
      if (!existsSync(join(folder, target))) found.push(`'${path}' points to ${target}, which is not in the package`);
    }
  }
  for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
    if (/^(workspace|link|file):/.test(range))
      found.push(`depends on ${name} with the range ${range}, which works only in this repository`);
  }
  for (const file of ['LICENSE', 'README.md']) if (!existsSync(join(folder, file))) found.push(`has no ${file}`);
  try {
    const sheets = Object.keys(manifest.exports).filter((path) => path.endsWith('.css'));
    const except = sheets.length > 0 ? ['--exclude-entrypoints', ...sheets] : [];
    runQuietly('attw', [...except, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', tarball], root);
  } catch (error) {
    found.push(error instanceof Error ? error.message : String(error));
  }
  return found.map((violation) => `${manifest.name}: ${violation}`);
}

/** Returns the modules of a package that a plain Node can't import. Servers that render pages import the modules of browsers too. */
function importViolations(name: string, { folder, manifest }: Packed): string[] {
  // The dependencies are those of the workspace, as after an installation.
  symlinkSync(join(root, 'packages', name, 'node_modules'), join(folder, 'node_modules'));
  const found: string[] = [];
  for (const [path, conditions] of Object.entries(manifest.exports)) {
    const target = typeof conditions === 'string' ? conditions : conditions.default;
    if (!target?.endsWith('.js')) continue;
    const script = `await import(${JSON.stringify(pathToFileURL(join(folder, target)).href)});`;
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) found.push(`'${path}' can't be imported by Node: ${stderr.match(/^\w*Error.*/m)?.[0] ?? stderr}`);
  }
  return found.map((violation) => `${manifest.name}: ${violation}`);
}

/** Returns the errors of a program that uses the published types of the tags and of the components. */
function tagTypeViolations(): string[] {
  try {
    runQuietly('tsc', ['-p', 'packages/react/type-tests'], root);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Returns the runtime dependencies that docs/decisions/0002-runtime-dependencies.md does not list. */
function undocumentedDependencies(folder: string): string[] {
  const decisions = readFileSync(join(root, 'docs/decisions/0002-runtime-dependencies.md'), 'utf8');
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
  return Object.keys(manifest.dependencies ?? {})
    .filter((name) => !name.startsWith('@tweestap/') && !decisions.includes(`| \`${name}\` |`))
    .map((name) => `${folder}: depends on ${name}, which docs/decisions/0002-runtime-dependencies.md does not list`);
}

const found = [...published.map((name) => `packages/${name}`), 'demo-server'].flatMap(undocumentedDependencies);
for (const name of published) {
  const check = async (packed: Packed) => [...(await packageViolations(packed)), ...importViolations(name, packed)];
  found.push(...(await withPacked(name, check)));
}
found.push(...tagTypeViolations());
report('packages', found);
