import { join } from 'node:path';
import { defineConfig } from 'vite';
import { compress } from './compress.ts';

const pages = [
  'portal',
  'portal-settings',
  'account',
  'phone',
  'outbox',
  'helpdesk',
  'approve',
  'approve-worker',
  'plain',
];

/**
 * Builds the pages of the demo: one script and its style sheets per page, with hashed names and a manifest for the server.
 * Nothing is inlined, because the Content-Security-Policy blocks inline scripts, inline styles and data URLs.
 */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'static',
  plugins: [compress(join(import.meta.dirname, 'dist/public'))],
  build: {
    target: 'es2022',
    cssTarget: ['chrome125', 'firefox125', 'safari17.5'],
    outDir: 'dist/public',
    emptyOutDir: true,
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    rolldownOptions: {
      input: {
        ...Object.fromEntries(pages.map((page) => [page, `src/pages/${page}.ts`])),
        'mfa-login': 'src/pages/styles/mfa-login.css',
      },
    },
  },
});
