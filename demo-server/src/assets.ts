import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Assets } from './views/layout.ts';

/** Where the build of the pages lies, seen from `dist/server`. */
const publicFolder = fileURLToPath(new URL('../public', import.meta.url));

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}

export interface BuiltPages {
  /** Where the files lie. */
  folder: string;
  /** The files of one page. */
  assets(
    page: 'portal' | 'phone' | 'outbox' | 'account' | 'enroll' | 'settings' | 'portal-settings' | 'helpdesk' | 'plain',
  ): Assets;
}

/** The pages as Vite built them, by its manifest. @throws an error of one line when they are not built */
export function readPages(folder: string = publicFolder): BuiltPages {
  const manifest = readManifest(join(folder, 'manifest.json'));
  const reach = (key: string, into: Set<Chunk>): Set<Chunk> => {
    const chunk = manifest[key];
    if (!chunk || into.has(chunk)) return into;
    into.add(chunk);
    for (const imported of chunk.imports ?? []) reach(imported, into);
    return into;
  };
  const assets: BuiltPages['assets'] = (page) => {
    const [entry, ...others] = reach(`src/pages/${page}.ts`, new Set());
    if (!entry) throw new Error(`The page '${page}' is not built: run 'pnpm build'.`);
    // A shared style sheet comes before the page's own, which may change what it says.
    const styles = [...others.reverse(), entry].flatMap(({ css = [] }) => css);
    return {
      scripts: [`/${entry.file}`],
      styles: [...new Set(styles)].map((file) => `/${file}`),
      preloads: others.map(({ file }) => `/${file}`).filter((file) => file.endsWith('.js')),
    };
  };
  return { folder, assets };
}

function readManifest(path: string): Record<string, Chunk> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Chunk>;
  } catch (cause) {
    throw new Error("The pages are not built: run 'pnpm build' first.", { cause });
  }
}
