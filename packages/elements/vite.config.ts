import { defineConfig, type Plugin } from 'vite';

/** Blank space in templates of CSS and HTML is for the reader of the source, not for the wire. */
const tightTemplates: Plugin = {
  name: 'tight-templates',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/packages/elements/src/')) return undefined;
    const tightCss = code.replace(/css`[^`]*`/g, (text) =>
      text
        .replace(/\/\*[^*]*\*\//g, '')
        .replace(/\s+/g, ' ')
        .replace(/ ?([{};,>]) ?/g, '$1')
        .replace(/: /g, ':')
        .replace(/;}/g, '}')
        .replace(/^css` /, 'css`'),
    );
    return tightCss
      .replace(/html`\s+</g, 'html`<')
      .replace(/>\s+`/g, '>`')
      .replace(/>\s*\n\s*</g, '><')
      .replace(/>\s*\n\s*\$\{/g, '>${')
      .replace(/\}\s*\n\s*<(?=[a-z/])/g, '}<')
      .replace(/\n\s+(?=[@.?a-z-]+=["$])/g, ' ')
      .replace(/\n\s+(?=\/?>)/g, '');
  },
};

/**
 * Each element's file brings Lit along, and `trusted-types lit-html` (R77) lets that policy be made once a page: the
 * second file would fail to load. So the first one leaves it where the others find it.
 */
const onePolicy: Plugin = {
  name: 'one-policy',
  transform(code, id) {
    if (!/\/lit-html\/lit-html\.js$/.test(id)) return undefined;
    const shared = code.replace(/(\w+)(\.createPolicy\("lit-html")/, '$1.mfaLit??=$1$2');
    if (shared === code) throw new Error('Lit makes its policy in another way now: see R77.');
    return shared;
  },
};

/**
 * Lazy files: what a login needs after its first screen is one, fetched right after that screen; setting a factor up
 * is another. The first group holds all that the element's own file imports.
 */
const groupsOf = (mode: string) => [
  {
    name: mode,
    test: (id: string) => id.endsWith(`/${mode}/${mode}.ts`),
    includeDependenciesRecursively: true,
    priority: 2,
  },
  {
    name: 'set-up',
    test: /\/(steps\/enroll-[a-z]+|recovery-codes|apps|system|copy|print|qr)\.ts$|\/(qrcode|dijkstrajs)\//,
    priority: 1,
  },
  { name: 'links', test: /\/(steps\/(identify|mail-sent)|new-password)\.ts$/, priority: 1 },
  { name: 'flow', test: /\/(client|elements)\/src\/(?!locales\/)|rolldown\/runtime/ },
];

const elements = ['mfa-login', 'mfa-enroll', 'mfa-settings'];

/**
 * One build an element, chosen by the mode, so that its first file carries all that its first screen needs, Lit with
 * it: a shared chunk would cost one more round trip before anything is seen. Lazy chunks import from the first file.
 * The mode `index` writes the file that loads all elements.
 */
export default defineConfig(({ mode }) => {
  const isIndex = mode === 'index';
  return {
    root: import.meta.dirname,
    plugins: [tightTemplates, onePolicy],
    resolve: { conditions: ['tweestap-source', 'browser', 'import', 'default'] },
    build: {
      target: 'es2022',
      emptyOutDir: false,
      minify: 'oxc',
      // As a library: without it vite adds a loader of preloads, which costs more than it saves here.
      lib: { entry: { [mode]: isIndex ? 'src/index.ts' : `src/${mode}/${mode}.ts` }, formats: ['es'] },
      rolldownOptions: {
        preserveEntrySignatures: isIndex ? 'strict' : 'allow-extension',
        external: isIndex ? elements.map((name) => new RegExp(`/${name}\\.ts$`)) : [],
        output: {
          format: 'es',
          dir: 'dist',
          entryFileNames: '[name].js',
          chunkFileNames: `${mode}/[name].js`,
          paths: (id: string) => (isIndex ? id.replace(/^.*\/(mfa-[a-z]+)\.ts$/, './$1.js') : id),
          minify: true,
          codeSplitting: isIndex ? false : { includeDependenciesRecursively: false, groups: groupsOf(mode) },
        },
      },
    },
  };
});
