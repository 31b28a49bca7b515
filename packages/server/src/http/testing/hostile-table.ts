import { DatabaseSync } from 'node:sqlite';
import { sqliteForTests } from '../../store/testing/databases.ts';
import { attack, hostile, reportingGateway } from './hostile.ts';
import { type Hostile, rowCounts } from './hostile-kind.ts';
import { phoneOrganisation } from './hostile-push.ts';
import { organisations } from './organisations.ts';
import { serve } from './server.ts';

/*
 * Prints how many rows and bytes hostile requests of each kind create (R93), on a server with the default limits:
 * `pnpm hostile-rows [count]`. The requests are sent to the loopback interface only.
 */

const count = Number(process.argv[2] ?? 10_000);

/** Returns the bytes that rows and indexes occupy, without free pages. */
function sizeOf(file: string): number {
  const plain = new DatabaseSync(file, { readOnly: true });
  const pragma = (name: string): number => Object.values(plain.prepare(`pragma ${name}`).get() ?? {})[0] as number;
  const size = (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  plain.close();
  return size;
}

async function measure(kind: Hostile): Promise<string> {
  const fixture = await sqliteForTests.open();
  const server = await serve(fixture, {
    organisations: [...organisations, phoneOrganisation],
    trustedProxies: ['127.0.0.1'],
    hasher: {},
    sms: reportingGateway,
  });
  // A busy machine can leave a connection idle for longer than the default of five seconds.
  server.server.keepAliveTimeout = 120_000;
  try {
    const address = '192.0.2.1';
    const held = await kind.prepare?.(server, address);
    const before = { rows: await rowCounts(fixture.database), size: sizeOf(fixture.address), cpu: process.cpuUsage() };
    await attack(kind, server, { count, address, held });
    const { user, system } = process.cpuUsage(before.cpu);
    const rows = [...(await rowCounts(fixture.database))]
      .map(([table, now]) => [table, now - (before.rows.get(table) ?? 0)] as const)
      .filter(([, more]) => more > 0);
    const total = rows.reduce((sum, [, more]) => sum + more, 0);
    const named = rows.map(([table, more]) => `${more} ${table}`).join(', ');
    const mails = rows.find(([table]) => table === 'outbox')?.[1] ?? 0;
    const kilobytes = Math.max(0, Math.round((sizeOf(fixture.address) - before.size) / 1024));
    const seconds = ((user + system) / 1e6).toFixed(1);
    return `| ${kind.name} | ${total} | ${named || 'none'} | ${kilobytes} | ${mails} | ${seconds} |`;
  } finally {
    await server.stop();
    await fixture.close();
  }
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);
write(`| ${count.toLocaleString('en')} requests of one address | rows | of which | kB | mails queued | CPU s |`);
write('|---|---|---|---|---|---|');
for (const kind of hostile) write(await measure(kind));
// Modules shared with the tests have loaded the test runner, which would print a summary of zero tests at a normal
// exit.
process.exit();
