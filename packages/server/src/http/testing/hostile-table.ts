import { DatabaseSync } from 'node:sqlite';
import { sqliteForTests } from '../../store/testing/databases.ts';
import { attack, type Hostile, hostile, rowCounts } from './hostile.ts';
import { organisations } from './organisations.ts';
import { serve } from './server.ts';

/*
 * Prints what hostile requests of each kind leave behind (R93), with the defaults that a server has:
 * `pnpm hostile-rows [count]`. Traffic goes to the loopback only.
 */

const count = Number(process.argv[2] ?? 10_000);

/** Bytes that rows and indexes take, without pages that are free again. */
function sizeOf(file: string): number {
  const plain = new DatabaseSync(file, { readOnly: true });
  const pragma = (name: string): number => Object.values(plain.prepare(`pragma ${name}`).get() ?? {})[0] as number;
  const size = (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  plain.close();
  return size;
}

async function measure(kind: Hostile): Promise<string> {
  const fixture = await sqliteForTests.open();
  const server = await serve(fixture, { organisations, trustedProxies: ['127.0.0.1'], hasher: {} });
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
// What the tests share with this has loaded the test runner, which would add a summary of no tests.
process.exit();
