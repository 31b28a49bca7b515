import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loopbackHosts } from '@tweestap/protocol/constants';
import { createTweestap, readSettings, type Settings } from '@tweestap/server';
import { createApp } from './app.ts';
import { readPages } from './assets.ts';
import { helpdeskRoutes } from './demo/helpdesk.ts';
import { demoOrganisations } from './demo/organisations.ts';
import { outboxRoutes } from './demo/outbox.ts';
import { demoPages } from './demo/pages.ts';
import { demoRoutes } from './demo/routes.ts';
import { seed } from './demo/seed.ts';
import { run, serve } from './serve.ts';

/** Known to everybody, since it stands here: the demo keeps nobody's secrets. */
const demoKey = `demo:${Buffer.from('tweestap demo key, kept by no one').subarray(0, 32).toString('base64')}`;

/** Without the brackets of a URL: what a socket listens on. */
const loopback = loopbackHosts.map((host) => host.replace(/[[\]]/g, ''));

/** The demo: the reference server with fictitious organisations, their portals, a phone and open doors. */
await run(async () => {
  const { host, port, ...options } = demoSettings();
  const pages = readPages();
  makeFolder(options.database);
  const tweestap = await createTweestap({ mail: false, ...options, organisations: demoOrganisations });
  await seed(tweestap.admin);
  const routes = [
    demoRoutes(tweestap.admin),
    outboxRoutes(tweestap.outbox, pages),
    helpdeskRoutes(tweestap.admin, pages),
    demoPages({ tweestap, pages }),
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
  if (loopback.includes(settings.host)) return settings;
  throw new Error(
    `HOST is "${settings.host}"; the demo's passwords are public, so it listens on ${loopback.join(', ')} only.`,
  );
}

/** The database's own folder only: what lies above it is not ours to make. */
function makeFolder(database: string): void {
  if (/^postgres(ql)?:/.test(database)) return;
  try {
    mkdirSync(dirname(database));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause;
    if (code !== 'EEXIST')
      throw new Error(`Can't make the database's folder ${dirname(database)}: ${code}.`, { cause });
  }
}

function announce(baseUrl: string): void {
  const places = [
    ['/', 'a portal to log in to; the accounts stand beside it'],
    ['/clinic', 'De Linde, a clinic'],
    ['/schools', 'Zilverdijk, a partnership of schools'],
    ['/municipality', 'Wolvenrade, a municipality'],
    ['/settings', 'login and security of who is logged in'],
    ['/phone', 'the demo phone, with the codes'],
    ['/outbox', 'the mail that would be sent'],
    ['/helpdesk', 'the help desk’s page'],
  ];
  const width = Math.max(...places.map(([path = '']) => path.length)) + 2;
  console.log(`\nThe demo is ready: ${baseUrl}\n`);
  for (const [path = '', about] of places) console.log(`  ${baseUrl}${path.padEnd(width)}${about}`);
  console.log('\nCtrl-C stops it.');
}
