import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { commonjs } from './packages/elements/wtr-commonjs.ts';
import { reactBundles } from './packages/react/bundle-react.ts';
import { findBrowser } from './scripts/browser.ts';
import { batches } from './scripts/lib/batches.ts';
import { files } from './scripts/lib/files.ts';
import { tallyReporter } from './scripts/reporters/elements.ts';

const concurrency = 2;
const found = files(import.meta.dirname, 'packages/{elements,react}/src/**/*.test.ts').filter(
  (file) => !file.endsWith('.node.test.ts'),
);
const { executablePath, args } = await findBrowser();

/** @type {import('@web/test-runner').TestRunnerConfig} */
export default {
  rootDir: import.meta.dirname,
  files: batches(found, { count: concurrency, folder: 'element-batches', specifier: (file) => `/${file}` }),
  nodeResolve: { browser: true, exportConditions: ['tweestap-source', 'production'] },
  plugins: [commonjs, reactBundles, esbuildPlugin({ ts: true, target: 'es2023' })],
  browsers: [chromeLauncher({ launchOptions: { executablePath, args: [...args] } })],
  concurrency,
  reporters: [defaultReporter({ reportTestResults: true, reportTestProgress: false }), tallyReporter()],
  testFramework: { config: { timeout: 10_000 } },
};
