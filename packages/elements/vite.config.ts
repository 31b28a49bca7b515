import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin, type UserConfig } from 'vite';
import { tight } from './tight-templates.ts';

/** Replaces text in a module of Lit. @throws Error if the text is not there, because Lit has changed */
const replaced = (code: string, from: string | RegExp, to: string): string => {
  const result = code.replace(from, to);
  if (result === code) throw new Error(`a module of Lit has no ${from} to replace`);
  return result;
};

/** Removes the white space from the templates of this package, to make the files smaller. */
const tightTemplates: Plugin = {
  name: 'tight-templates',
  enforce: 'pre',
  transform: (code, id) => (id.includes('/packages/elements/src/') ? tight(code) : undefined),
};

/** What is replaced in the modules of Lit. The text must be there, so that a new version of Lit is noticed. */
const replacements: readonly { file: RegExp; from: string | RegExp; to: string }[] = [
  // `trusted-types lit-html` (R77) allows only one policy with that name per page, so a second copy of the elements would fail
  // to load. The first copy therefore stores the policy in a global property, and the others use it.
  { file: /\/lit-html\.js$/, from: /(\w+)(\.createPolicy\("lit-html")/, to: '$1.mfaLit??=$1$2' },
  // A server imports the elements too. There is nothing to define an element in, and the views render to text.
  { file: /\/lit-html\.js$/, from: '=document,', to: '=globalThis.document??{createTreeWalker(){}},' },
  {
    file: /\/reactive-element\.js$/,
    from: 'extends HTMLElement{',
    to: 'extends(globalThis.HTMLElement??EventTarget){',
  },
  // No element has an attribute that is a number or JSON, writes a property to its attribute, or uses decorators.
  {
    file: /\/reactive-element\.js$/,
    from: /u=\{toAttribute.*?(?=,f=)/s,
    to: 'u={fromAttribute:(t,s)=>s===Boolean?null!==t:t}',
  },
  {
    file: /\/reactive-element\.js$/,
    from: /static addInitializer\(t\)\{.*?\}(?=static get observedAttributes)/,
    to: '',
  },
  { file: /\/reactive-element\.js$/, from: /_\$ET\(t,s\)\{.*?\}(?=_\$AK\(t,s\))/, to: '' },
  { file: /\/reactive-element\.js$/, from: /this\._\$Eq&&=this\._\$Eq\.forEach\(.*?\),(?=this\._\$EM)/, to: '' },
  { file: /\/reactive-element\.js$/, from: /,!0===e&&this\._\$Em!==t&&\(.*?\)\.add\(t\)/, to: '' },
  // The versions are for warnings of Lit's development build, and no browser with these elements needs Lit's polyfills.
  { file: /\/lit-html\.js$/, from: /,B=t\.litHtmlPolyfillSupport;.*?;const D=/, to: ',D=' },
  { file: /\/reactive-element\.js$/, from: /,p\?\.\(\{ReactiveElement:y\}\),\(.*?\);/, to: ';' },
  { file: /\/lit-element\.js$/, from: /const o=s\.litElementPolyfillSupport;o\?.*?;/, to: '' },
  { file: /\/lit-element\.js$/, from: /\(s\.litElementVersions\?\?=.*?;/, to: '' },
  { file: /\/reactive-element\.js$/, from: /Symbol\.metadata\?\?=.*?;/, to: '' },
  { file: /\/reactive-element\.js$/, from: /const t=this\[Symbol\.metadata\];if\(null!==t\)\{[^}]*\}/, to: '' },
];

/** Makes Lit smaller, and lets a server and a page with a strict policy load it. */
const adaptedLit: Plugin = {
  name: 'adapted-lit',
  transform(code, id) {
    const own = replacements.filter(({ file }) => file.test(id));
    if (own.length === 0) return undefined;
    return own.reduce((text, { from, to }) => replaced(text, from, to), code);
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
 * Groups of modules, one file each. `mfa-login` is the element's own file with everything that the first screen of any element
 * needs, including Lit. The others are lazy: `flow` is fetched immediately after the first screen is shown, `set-up` for an
 * enrolment, `links` for mailed links, `passkeys` for the first ceremony, and `settings` and `approve` for their elements.
 */
const groups = [
  {
    name: 'mfa-login',
    test: /\/mfa-login\/mfa-login\.ts$/,
    includeDependenciesRecursively: true,
    priority: 2,
  },
  {
    name: 'set-up',
    test: /\/(steps\/enroll-[a-z-]+|recovery-codes|apps|copy|print|qr)\.ts$|\/(qrcode|dijkstrajs)\//,
    priority: 1,
  },
  { name: 'passkeys', test: /\/@simplewebauthn\/browser\// },
  { name: 'links', test: /\/(steps\/(identify|mail-sent)|new-password)\.ts$/, priority: 1 },
  { name: 'chunks/classic', test: /\/mfa-login\/classic\.ts$/, priority: 1 },
  { name: 'chunks/settings', test: /\/elements\/src\/settings\//, priority: 1 },
  { name: 'chunks/approve', test: /\/elements\/src\/approve\/|\/client\/src\/push/, priority: 1 },
  {
    name: 'chunks/flow',
    test: /\/(client|elements)\/src\/(?!locales\/|mfa-(enroll|settings|approve)\/|server\/|index\.ts)|rolldown\/runtime/,
  },
];

const elements = ['mfa-login', 'mfa-enroll', 'mfa-settings', 'mfa-approve'];
const entries = {
  ...Object.fromEntries(elements.map((name) => [name, `src/${name}/${name}.ts`])),
  index: 'src/index.ts',
  'chunks/flow': 'src/flow/flow-binding.ts',
  'chunks/classic': 'src/mfa-login/classic.ts',
  'chunks/settings': 'src/settings/settings-page.ts',
  'chunks/approve': 'src/approve/approve-page.ts',
};

/** The name of a file of texts, such as `settings-nl`. */
const textsOf = (id: string | null | undefined): string | undefined =>
  /\/locales\/(.+)\.ts$/.exec(id ?? '')?.[1]?.replace('/', '-');

const plugins = [tightTemplates, adaptedLit, onlyAdoptableStyles];
const resolve = { conditions: ['tweestap-source', 'browser', 'import', 'default'] };

/**
 * All elements together, so that they share their code. The file of `<mfa-login>` contains everything that its first screen
 * needs, because a shared chunk would delay the first screen by one round trip. All other files import from it.
 */
const browser: UserConfig = {
  root: import.meta.dirname,
  plugins,
  resolve,
  build: {
    target: 'es2022',
    emptyOutDir: false,
    minify: 'oxc',
    // The library mode omits vite's preload helper, which would cost more than it saves here.
    lib: { entry: entries, formats: ['es'] },
    rolldownOptions: {
      preserveEntrySignatures: 'allow-extension',
      output: {
        format: 'es',
        dir: 'dist',
        entryFileNames: '[name].js',
        chunkFileNames: ({ name, facadeModuleId }) => `chunks/${textsOf(facadeModuleId) ?? name}.js`,
        minify: true,
        codeSplitting: { includeDependenciesRecursively: false, groups },
      },
    },
  },
};

/** Writes the styles of the first screen to a file, for pages whose policy allows no inline styles. */
const stylesheet: Plugin = {
  name: 'stylesheet',
  async closeBundle() {
    const { loginStyles } = await import(join(import.meta.dirname, 'dist/server.js'));
    writeFileSync(join(import.meta.dirname, 'dist/mfa-login.css'), loginStyles);
  },
};

/** The file for servers. It has the views of its own, so that the browsers' files need no exports for it. */
const server: UserConfig = {
  root: import.meta.dirname,
  plugins: [...plugins, stylesheet],
  resolve,
  build: {
    target: 'es2022',
    emptyOutDir: false,
    lib: { entry: { server: 'src/server/render-login.ts' }, formats: ['es'] },
    rolldownOptions: {
      // A server never runs a flow.
      external: /\/flow-binding\.ts$/,
      output: {
        format: 'es',
        dir: 'dist',
        entryFileNames: '[name].js',
        paths: () => './chunks/flow.js',
        codeSplitting: false,
      },
    },
  },
};

export default defineConfig(({ mode }) => (mode === 'server' ? server : browser));
