import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loopbackHosts } from '@tweestap/protocol/constants';
import { createTweestap, readSettings, type Settings } from '@tweestap/server';
import { demoOrganisations } from './data/organisations.ts';
import { helpdeskRoutes } from './demo/helpdesk.ts';
import { outboxRoutes } from './demo/outbox.ts';
import { portalRoutes } from './demo/portals.ts';
import { demoRoutes } from './demo/routes.ts';
import { seed } from './demo/seed.ts';
import { createApp } from './server/app.ts';
import { readPages } from './server/built-pages.ts';
import { run, serve } from './server/serve.ts';

/** A fixed, public key: the database of the demo contains no real secrets. */
const demoKey = `demo:${Buffer.from('tweestap demo key, kept by no one').subarray(0, 32).toString('base64')}`;

/** Without the brackets of a URL: what a socket listens on. */
const loopbackAddresses = loopbackHosts.map((host) => host.replace(/[[\]]/g, ''));

/** Starts the demo: the reference server plus fictitious organisations, their portals, a phone, a mailbox and a help desk. */
await run(async () => {
  const { host, port, ...options } = demoSettings();
  const pages = readPages();
  makeFolder(options.database);
  const tweestap = await createTweestap({ mail: false, sms: false, ...options, organisations: demoOrganisations });
  await seed(tweestap.admin);
  const routes = [
    demoRoutes(tweestap.admin),
    outboxRoutes(tweestap.outbox, pages),
    helpdeskRoutes(tweestap.admin, pages),
    portalRoutes({ tweestap, pages }),
  ];
  const listener = createApp({ tweestap, pages, routes });
  await serve({ listener, host, port, ready: () => announce(options.baseUrl), close: tweestap.close });
});

function demoSettings(): Settings {
  const { env } = process;
  const settings = readSettings({
    ...env,
    TWEESTAP_ENCRYPTION_KEYS: demoKey,
    TWEESTAP_DATABASE: env.TWEESTAP_DATABASE || fileURLToPath(new URL('../../../.data/demo.sqlite', import.meta.url)),
    TWEESTAP_LOG_LEVEL: env.TWEESTAP_LOG_LEVEL || 'warn',
  });
  if (loopbackAddresses.includes(settings.host)) return settings;
  const expected = loopbackAddresses.join(', ');
  throw new Error(
    `HOST must be one of ${expected} because the passwords of the demo are public, got "${settings.host}".`,
  );
}

/** Creates the folder of the database, but none of its parents: a missing parent is probably a mistake in the setting. */
function makeFolder(database: string): void {
  if (/^postgres(ql)?:/.test(database)) return;
  const folder = dirname(database);
  try {
    mkdirSync(folder);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    if (code !== 'EEXIST')
      throw new Error(`Can't create the folder of TWEESTAP_DATABASE, ${folder}: ${code}.`, { cause });
  }
}

function announce(baseUrl: string): void {
  const places = [
    ['/', 'the shared portal, with the demo accounts next to it'],
    ['/clinic', 'De Linde, a clinic'],
    ['/schools', 'Zilverdijk, a partnership of schools'],
    ['/municipality', 'Wolvenrade, a municipality'],
    ['/settings', 'the login and security settings of the logged-in user'],
    ['/phone', 'the demo phone, which shows the codes and receives text messages'],
    ['/approve', 'the app that approves logins on a real phone'],
    ['/outbox', 'the emails and text messages that the demo would send'],
    ['/helpdesk', 'the page of the help desk'],
  ];
  const width = Math.max(...places.map(([path = '']) => path.length)) + 2;
  console.log(`\nThe demo is ready: ${baseUrl}\n`);
  for (const [path = '', about] of places) console.log(`  ${baseUrl}${path.padEnd(width)}${about}`);
  console.log('\nPress Ctrl-C to stop it.');
}
