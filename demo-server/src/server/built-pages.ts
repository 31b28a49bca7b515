import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Assets } from '../views/layout.ts';

/** The output of Vite, relative to this module in `dist/server/server`. */
const publicFolder = fileURLToPath(new URL('../../public', import.meta.url));

/** An entry of Vite's manifest. */
interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
  dynamicImports?: string[];
}

export type PageName =
  | 'portal'
  | 'portal-settings'
  | 'account'
  | 'phone'
  | 'outbox'
  | 'helpdesk'
  | 'approve'
  | 'approve-worker'
  | 'plain';

export interface BuiltPages {
  /** The folder that contains the files. */
  folder: string;
  /** The files of one page. @throws an error of one line when the page is not built */
  assets(page: PageName): Assets;
  /** The path of the styles of the login's first screen, which the server renders. */
  loginStyles: string;
  /** The paths of all files that the page can load, including those that it loads later. */
  files(page: PageName): readonly string[];
}

/** Reads Vite's manifest of the built pages. @throws an error of one line when the pages are not built */
export function readPages(folder: string = publicFolder): BuiltPages {
  const manifest = readManifest(join(folder, 'manifest.json'));
  const collect = (key: string, into: Set<Chunk>): Set<Chunk> => {
    const chunk = manifest[key];
    if (!chunk || into.has(chunk)) return into;
    into.add(chunk);
    for (const imported of chunk.imports ?? []) collect(imported, into);
    return into;
  };
  const assets: BuiltPages['assets'] = (page) => {
    const [entry, ...others] = collect(`src/pages/${page}.ts`, new Set());
    if (!entry) throw new Error(`The page "${page}" is not built: run 'pnpm build' first.`);
    // A shared style sheet comes before the style sheet of the page, which may override its rules.
    const styles = [...others.reverse(), entry].flatMap(({ css = [] }) => css);
    return {
      scripts: [`/${entry.file}`],
      styles: [...new Set(styles)].map((file) => `/${file}`),
      preloads: others.map(({ file }) => `/${file}`).filter((file) => file.endsWith('.js')),
    };
  };
  const files: BuiltPages['files'] = (page) => {
    const found = new Set<Chunk>();
    const add = (key: string): void => {
      const chunk = manifest[key];
      if (!chunk || found.has(chunk)) return;
      found.add(chunk);
      for (const other of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) add(other);
    };
    add(`src/pages/${page}.ts`);
    return [...new Set([...found].flatMap(({ file, css = [] }) => [file, ...css]))].map((file) => `/${file}`);
  };
  const loginStyles = manifest['src/pages/styles/mfa-login.css'];
  if (!loginStyles) throw new Error("The styles of the login are not built: run 'pnpm build' first.");
  return { folder, assets, files, loginStyles: `/${loginStyles.file}` };
}

function readManifest(path: string): Record<string, Chunk> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Chunk>;
  } catch (cause) {
    throw new Error("The pages are not built: run 'pnpm build' first.", { cause });
  }
}
