import { build } from 'vite';

/** React with the components, as an application bundles them. React itself is CommonJS, which neither browsers nor Vite's server load. */
const contents = `
export { createElement, createRef, StrictMode, version } from 'react';
export { flushSync } from 'react-dom';
export { createRoot, hydrateRoot } from 'react-dom/client';
export { renderToString } from 'react-dom/server.browser';
export { MfaLogin } from './src/mfa-login.ts';
`;
const server = contents
  .replace("'react-dom/server.browser'", "'react-dom/server.node'")
  .replace(/.*(?:flushSync|createRoot).*\n/g, '');

/** The installed versions. The names of version 18 have a suffix. */
const versions = { 18: '-18', 19: '' } as const;
export type ReactVersion = keyof typeof versions;

/**
 * Bundles a version of React with the components of this package.
 * @param target a browser, which gets the elements from elsewhere, or Node with the elements in the bundle
 */
export async function bundleReact(version: ReactVersion, target: 'browser' | 'node'): Promise<string> {
  const suffix = versions[version];
  const entry = `${import.meta.dirname}/react-entry.js`;
  const built = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    plugins: [
      {
        name: 'react-entry',
        enforce: 'pre',
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? (target === 'node' ? server : contents) : null),
      },
    ],
    resolve: {
      alias: [{ find: /^(react|react-dom)(?=$|\/)/, replacement: `$1${suffix}` }],
      conditions: ['tweestap-source', target, 'import', 'default'],
    },
    ...(target === 'node' ? { ssr: { noExternal: true, resolve: { conditions: ['tweestap-source', 'node'] } } } : {}),
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      ssr: target === 'node',
      target: 'es2023',
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        external: target === 'browser' ? [/^@tweestap\/elements/] : [],
        output: { codeSplitting: false },
      },
    },
  });
  if (!('output' in built)) throw new Error('vite did not return a bundle');
  return built.output[0].code;
}

const name = /^react-bundle-(18|19)$/;
const path = /^\/__react\/(18|19)\.js$/;

/** A plugin for Web Test Runner: tests import `react-bundle-18` and `react-bundle-19`, and both use the elements under test. */
export const reactBundles = {
  name: 'react-bundles',
  resolveImport({ source }: { source: string }): string | undefined {
    const version = name.exec(source)?.[1];
    if (version) return `/__react/${version}.js`;
    const element = /^@tweestap\/elements\/(mfa-[a-z]+)\.js$/.exec(source)?.[1];
    return element ? `/packages/elements/src/${element}/${element}.ts` : undefined;
  },
  async serve(context: { path: string }) {
    const version = path.exec(context.path)?.[1];
    return version ? { body: await bundleReact(Number(version) as ReactVersion, 'browser'), type: 'js' } : undefined;
  },
};
