import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Returns what a browser loads before a published module runs, in bytes: the module and its static imports, each file as
 * published and compressed separately with brotli.
 */
export async function firstLoad(specifier: string): Promise<number> {
  const { metafile } = await build({
    stdin: { contents: `import ${JSON.stringify(specifier)};`, resolveDir: here },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    outdir: 'out',
    splitting: true,
    absWorkingDir: here,
    logLevel: 'silent',
  });
  const files = new Set(['<stdin>']);
  for (const file of files) {
    for (const { path, kind } of metafile.inputs[file]?.imports ?? []) if (kind === 'import-statement') files.add(path);
  }
  files.delete('<stdin>');
  return [...files].reduce((sum, file) => sum + brotli(readFileSync(new URL(file, import.meta.url))), 0);
}

/** Returns the size of a bundled and minified source in bytes, compressed with brotli. */
export async function bundled(source: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: here },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    conditions: ['production'],
    logLevel: 'silent',
  });
  return outputFiles.reduce((sum, { contents }) => sum + brotli(contents), 0);
}

function brotli(bytes: Uint8Array): number {
  return brotliCompressSync(bytes).byteLength;
}
