import { defineConfig, type Plugin } from 'vite';
import { tight } from './tight-templates.ts';

/** Removes the white space from the templates of this package, to make the files smaller. */
const tightTemplates: Plugin = {
  name: 'tight-templates',
  enforce: 'pre',
  transform: (code, id) => (id.includes('/packages/elements/src/') ? tight(code) : undefined),
};

/**
 * Each element's file contains Lit, but `trusted-types lit-html` (R77) allows only one policy with that name per page, so a
 * second file would fail to load. The first file therefore stores the policy in a global property, and the others use it.
 */
const onePolicy: Plugin = {
  name: 'one-policy',
  transform(code, id) {
    if (!/\/lit-html\/lit-html\.js$/.test(id)) return undefined;
    const shared = code.replace(/(\w+)(\.createPolicy\("lit-html")/, '$1.mfaLit??=$1$2');
    if (shared === code) throw new Error('lit-html.js has no call of createPolicy("lit-html") to replace (R77)');
    return shared;
  },
};

/** Lit's module for style sheets without the parts that no browser needs that has the colours of the elements. */
const adoptableStyles = `
export class CSSResult {
  constructor(text) { this.cssText = text; }
  get styleSheet() {
    if (!this.sheet) (this.sheet = new CSSStyleSheet()).replaceSync(this.cssText);
    return this.sheet;
  }
}
export const css = ([text]) => new CSSResult(text);
export const unsafeCSS = (text) => new CSSResult(text);
export const getCompatibleStyle = (style) => style;
export const adoptStyles = (root, styles) => { root.adoptedStyleSheets = styles.map((style) => style.styleSheet); };
export const supportsAdoptingStyleSheets = true;
`;

/** Leaves out what Lit does in browsers without adoptable style sheets, and its support of values in a style sheet. */
const onlyAdoptableStyles: Plugin = {
  name: 'only-adoptable-styles',
  transform: (_code, id) => (/\/reactive-element\/css-tag\.js$/.test(id) ? adoptableStyles : undefined),
};

/**
 * Groups of modules, one file each. The first group is the element's own file with everything that it imports. The others
 * are lazy: `flow` is fetched immediately after the first screen is shown, `set-up` for an enrolment, `links` for mailed
 * links, and `passkeys` for the first ceremony.
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
    test: /\/(steps\/enroll-[a-z]+|recovery-codes|apps|copy|print|qr)\.ts$|\/(qrcode|dijkstrajs)\//,
    priority: 1,
  },
  { name: 'passkeys', test: /\/@simplewebauthn\/browser\// },
  { name: 'links', test: /\/(steps\/(identify|mail-sent)|new-password)\.ts$/, priority: 1 },
  { name: 'flow', test: /\/(client|elements)\/src\/(?!locales\/)|rolldown\/runtime/ },
];

const elements = ['mfa-login', 'mfa-enroll', 'mfa-settings', 'mfa-approve'];

/**
 * Builds one element, which the mode selects. Its first file contains everything that the first screen needs, including Lit,
 * because a shared chunk would delay the first screen by one round trip. Lazy chunks import from the first file. The mode
 * `index` writes the file that loads all elements.
 */
export default defineConfig(({ mode }) => {
  const isIndex = mode === 'index';
  return {
    root: import.meta.dirname,
    plugins: [tightTemplates, onePolicy, onlyAdoptableStyles],
    resolve: { conditions: ['tweestap-source', 'browser', 'import', 'default'] },
    build: {
      target: 'es2022',
      emptyOutDir: false,
      minify: 'oxc',
      // The library mode omits vite's preload helper, which would cost more than it saves here.
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
