import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTweestap } from '../../create.ts';
import { encodeSecret } from '../../factors/totp/secret.ts';
import { startPostgres } from '../../store/testing/postgres.ts';
import { encryptionKeys, organisations } from './organisations.ts';

/*
 * A server in a separate process, for load tests: `fork(this file, [sqlite | postgres, accounts])`. Passwords are
 * hashed at their real cost. It sends its port to the parent. It replies to each message with the longest time, in
 * milliseconds of CPU, for which its main thread ran without reaching a timer, and resets that measurement.
 */

const PASSWORD = 'calm sea under mist 7';
/** Milliseconds between two measurements. */
const MEASURE_INTERVAL_MS = 10;

const [, , kind = 'sqlite', count = '500'] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'tweestap-load-'));
const postgres = kind === 'postgres' ? await startPostgres() : undefined;
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const tweestap = await createTweestap({
  ...{ database: postgres?.url ?? join(folder, 'load.db'), encryptionKeys, organisations, mail: false },
  baseUrl: 'http://localhost',
  logLevel: 'error',
  throttle: { failures: 1_000_000 },
});
const rows = Array.from({ length: Number(count) }, (_, index) => {
  const secret = encodeSecret(createHash('sha1').update(`load-${index}`).digest());
  return `alpha,load-${index},${PASSWORD},${secret}`;
});
const csv = ['organisation,username,password,totp_secret', ...rows].join('\n');
await tweestap.admin.importUsers({ actor: { role: 'administrator', name: 'drill' } as const, reason: 'load', csv });

let busiest = 0;
let used = process.threadCpuUsage();
setInterval(() => {
  const { user, system } = process.threadCpuUsage(used);
  busiest = Math.max(busiest, (user + system) / 1000);
  used = process.threadCpuUsage();
}, MEASURE_INTERVAL_MS);

const server = createServer((req, res) => void tweestap.handler(req, res));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
  process.send?.({ busiest });
  busiest = 0;
});
process.once('disconnect', async () => {
  server.closeAllConnections();
  server.close();
  await tweestap.close();
  await postgres?.stop();
  process.exit();
});
