import { build } from 'vite';

/** CommonJS modules that tests import, each with the code that exports the required names. */
const bundled: Readonly<Record<string, string>> = {
  'qrcode/lib/core/qrcode.js': "export { create } from 'qrcode/lib/core/qrcode.js';",
};
const prefix = '/__bundled/';
const entry = 'bundled-entry';

const bundle = async (code: string): Promise<string> => {
  const built = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    plugins: [
      { name: entry, resolveId: (id) => (id === entry ? entry : null), load: (id) => (id === entry ? code : null) },
    ],
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict' },
    },
  });
  if (!('output' in built)) throw new Error('vite did not return a bundle');
  return built.output[0].code;
};

/** A plugin for Web Test Runner that converts these CommonJS files to modules. Its server sends other files unchanged. */
export const commonjs = {
  name: 'commonjs',
  resolveImport: ({ source }: { source: string }) => (Object.hasOwn(bundled, source) ? prefix + source : undefined),
  serve: async ({ path }: { path: string }) => {
    const code = path.startsWith(prefix) && bundled[path.slice(prefix.length)];
    return code ? { body: await bundle(code), type: 'js' } : undefined;
  },
};
