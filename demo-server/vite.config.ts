import { defineConfig } from 'vite';

const pages = ['portal', 'phone', 'outbox', 'account', 'enroll', 'settings', 'portal-settings', 'helpdesk', 'plain'];

/**
 * The browser's half of the demo: a script and a style sheet a page, under hashed names, with a manifest by which the
 * server finds them. Nothing is inlined: the pages' policy refuses inline scripts, styles and data addresses.
 */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'static',
  build: {
    target: 'es2022',
    cssTarget: ['chrome125', 'firefox125', 'safari17.5'],
    outDir: 'dist/public',
    emptyOutDir: true,
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: false,
    manifest: 'manifest.json',
    rolldownOptions: {
      input: Object.fromEntries(pages.map((page) => [page, `src/pages/${page}.ts`])),
    },
  },
});
