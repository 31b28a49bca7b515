import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTweestap } from '../../create.ts';
import { cheapHashing } from '../../testing/users.ts';
import { encryptionKeys, organisations } from './organisations.ts';

/*
 * A server in a process of its own, to be killed: `fork(this file, [database])`. Tells its parent the port.
 */

const [, , database = ''] = process.argv;
const tweestap = await createTweestap({
  ...{ database, encryptionKeys, organisations, baseUrl: 'http://localhost', hasher: cheapHashing },
  logLevel: 'error',
});
const server = createServer((req, res) => void tweestap.handler(req, res));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
// Without its parent it has nothing to do.
process.once('disconnect', () => process.exit());
