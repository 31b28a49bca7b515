/** @type {import('@custom-elements-manifest/analyzer').Config} */
export default {
  globs: ['src/**/*.ts'],
  exclude: ['src/**/*.test.ts', 'src/testing/**', 'src/locales/**', 'src/styles/**'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
};
