import { writeFileSync } from 'node:fs';
import { customData, jsxTypes, svelteTypes, vueTypes } from './generate/frameworks.ts';
import { publish } from './generate/manifest.ts';

const outdir = 'dist';

/** Writes the types of the tags for frameworks and editors, and reduces the manifest to what is public. */
const published = {
  name: 'published',
  packageLinkPhase({ customElementsManifest: manifest }) {
    publish(manifest);
    const types = { jsx: jsxTypes(manifest), vue: vueTypes(manifest), svelte: svelteTypes(manifest) };
    for (const [name, text] of Object.entries(types)) {
      writeFileSync(`${outdir}/${name}.d.ts`, text);
      // An import without `type` then loads an empty module.
      writeFileSync(`${outdir}/${name}.js`, 'export {};\n');
    }
    writeFileSync(`${outdir}/vscode.html-custom-data.json`, customData(manifest));
  },
};

/** @type {import('@custom-elements-manifest/analyzer').Config} */
export default {
  globs: ['src/**/*.ts'],
  exclude: ['src/**/*.test.ts', 'src/testing/**', 'src/locales/**', 'src/styles/**', 'src/server/**'],
  outdir,
  litelement: true,
  packagejson: false,
  plugins: [published],
};
