import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../lib/files.ts';
import { runQuietly } from '../lib/run.ts';

/** A named entry of the manifest: an attribute, property, method, event, slot, part or custom property. */
export interface Entry {
  readonly name: string;
  readonly description?: string;
  readonly default?: string;
  readonly type?: { readonly text: string };
  readonly kind?: 'field' | 'method';
  readonly privacy?: 'public' | 'protected' | 'private';
  readonly readonly?: boolean;
  readonly attribute?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly optional?: boolean;
    readonly type?: { readonly text: string };
  }[];
  readonly return?: { readonly type: { readonly text: string } };
  /** The class that declares it, if that is not the element's own. */
  readonly inheritedFrom?: object;
}

/** An element, or the class that all elements extend. */
export interface Declared {
  readonly name: string;
  readonly tagName?: string;
  readonly description?: string;
  readonly attributes?: readonly Entry[];
  readonly members?: readonly Entry[];
  readonly events?: readonly Entry[];
  readonly slots?: readonly Entry[];
  readonly cssParts?: readonly Entry[];
  readonly cssProperties?: readonly Entry[];
}

/** Returns the classes of the custom-elements manifest, which the analyzer makes from the sources as for the build. */
export function elementClasses(): Declared[] {
  const elements = join(root, 'packages/elements');
  const config = relative(elements, join(import.meta.dirname, 'manifest.config.mjs'));
  const command = ['analyze', '--config', config];
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-manifest-'));
  try {
    runQuietly(join(elements, 'node_modules/.bin/cem'), [...command, '--outdir', relative(elements, folder)], elements);
    const { modules } = JSON.parse(readFileSync(join(folder, 'custom-elements.json'), 'utf8')) as {
      modules: { declarations?: (Declared & { customElement?: boolean })[] }[];
    };
    return modules
      .flatMap(({ declarations = [] }) => declarations)
      .filter(({ customElement }) => customElement)
      .sort((a, b) => a.name.localeCompare(b.name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
