import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTweestap } from '../../create.ts';
import { encryptionKeys, organisations } from '../../http/testing/organisations.ts';
import { cheapHashing } from '../../testing/users.ts';
import type { ServerSettings, ToServer } from './servers.ts';

/*
 * A complete server in a separate process that can be killed and stopped, started by `fork(this file, [settings as JSON])`.
 * Sends its port to the parent process, and its memory on request.
 */

const settings = JSON.parse(process.argv[2] ?? '{}') as ServerSettings;
let { ahead = 0 } = settings;
const tweestap = await createTweestap({
  ...{ encryptionKeys, organisations, baseUrl: 'http://localhost', database: settings.database, logLevel: 'error' },
  // Each visitor of a drill has a separate address.
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
// The process ends with its parent.
process.once('disconnect', () => process.exit());
