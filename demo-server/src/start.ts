import { createTweestap, readSettings } from '@tweestap/server';
import { createApp } from './server/app.ts';
import { readPages } from './server/built-pages.ts';
import { run, serve } from './server/serve.ts';

/** Starts the reference server with the database and the keys from the environment. It has no demo data or `/demo` routes. */
await run(async () => {
  const { host, port, ...options } = readSettings(process.env);
  const pages = readPages();
  const tweestap = await createTweestap(options);
  const listener = createApp({ tweestap, pages });
  const ready = (): void => console.log(`Ready: ${options.baseUrl}/account`);
  await serve({ listener, host, port, ready, close: tweestap.close });
});
