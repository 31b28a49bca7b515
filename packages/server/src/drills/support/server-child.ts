import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTweestap } from '../../create.ts';
import { encryptionKeys, organisations } from '../../http/testing/organisations.ts';
import { cheapHashing } from '../../testing/users.ts';
import type { ServerSettings, ToServer } from './servers.ts';

/*
 * A whole server in a process of its own, to be killed, stopped and starved: `fork(this file, [settings as JSON])`. Tells
 * its parent the port, and its memory when it is asked.
 */

const settings = JSON.parse(process.argv[2] ?? '{}') as ServerSettings;
let { ahead = 0 } = settings;
const tweestap = await createTweestap({
  ...{ encryptionKeys, organisations, baseUrl: 'http://localhost', database: settings.database, logLevel: 'error' },
  // Each visitor of a drill has an address of its own.
  trustedProxies: ['127.0.0.1'],
  clock: () => settings.frozenAt ?? Date.now() + ahead,
  ...(settings.smtp === undefined ? {} : { mail: settings.smtp }),
  ...(settings.hashing === 'real' ? {} : { hasher: cheapHashing }),
});
const server = createServer((req, res) => void tweestap.handler(req, res));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('message', (message: ToServer) => {
  if ('ahead' in message) ahead = message.ahead;
  process.send?.(process.memoryUsage.rss());
});
// Without its parent it has nothing to do.
process.once('disconnect', () => process.exit());
