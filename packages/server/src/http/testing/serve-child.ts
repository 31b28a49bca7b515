import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTweestap } from '../../create.ts';
import { cheapHashing } from '../../testing/users.ts';
import { encryptionKeys, organisations } from './organisations.ts';

/*
 * A server in a separate process, which a test can kill: `fork(this file, [database])`. It sends its port to the
 * parent.
 */

const [, , database = ''] = process.argv;
const tweestap = await createTweestap({
  ...{ database, encryptionKeys, organisations, baseUrl: 'http://localhost', hasher: cheapHashing },
  logLevel: 'error',
});
const server = createServer((req, res) => void tweestap.handler(req, res));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
// The process ends with its parent.
process.once('disconnect', () => process.exit());
