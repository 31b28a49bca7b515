import { createTweestap, readSettings } from '@tweestap/server';
import { createApp } from './app.ts';
import { readPages } from './assets.ts';
import { run, serve } from './serve.ts';

/** The reference server: API, elements and `/account`, on the database and the keys that the settings name. */
await run(async () => {
  const { host, port, ...options } = readSettings(process.env);
  const pages = readPages();
  const tweestap = await createTweestap(options);
  const listener = createApp({ tweestap, pages });
  const ready = (): void => console.log(`Ready: ${options.baseUrl}/account`);
  await serve({ listener, host, port, ready, close: tweestap.close });
});
