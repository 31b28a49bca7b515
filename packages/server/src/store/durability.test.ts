import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { StoreUnavailableError } from './database.ts';
import { spendTotpStep } from './factors/time-steps.ts';
import { openDatabase } from './open/open-database.ts';
import { sqliteForTests } from './testing/databases.ts';

/* Threat: a code that was accepted is accepted again after a crash. */

const KILLS = 10;
const LOOP = fileURLToPath(new URL('testing/commit-loop.ts', import.meta.url));

test('R63 acknowledged writes survive kill -9, and no spent time step becomes valid again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-kill-'));
  const file = join(folder, 'tweestap.db');
  try {
    const spent = new Map<string, number>();
    for (let kill = 0; kill < KILLS; kill++) {
      for (const [factor, step] of await spendUntilKilled(file, 40 + kill * 37)) spent.set(factor, step);
      await assertKept(file, spent);
    }
    assert.equal(spent.size, 8);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * Lets the loop spend `count` time steps, kills it during a commit, and returns the last acknowledged time step of each
 * factor.
 */
async function spendUntilKilled(file: string, count: number): Promise<Map<string, number>> {
  const args = ['--conditions=tweestap-source', '--disable-warning=ExperimentalWarning', LOOP, file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged = new Map<string, number>();
  const refused: string[] = [];
  let seen = 0;
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [word, factor = '', step] = line.split(' ');
      if (word !== 'spent') refused.push(line);
      acknowledged.set(factor, Number(step));
      seen += 1;
    }
    if (seen >= count) child.kill('SIGKILL');
  });
  assert.equal(await signalOf(child), 'SIGKILL');
  assert.deepEqual(refused, [], 'a new time step is never refused');
  return acknowledged;
}

function signalOf(child: ChildProcess): Promise<NodeJS.Signals | null> {
  return new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)));
}

async function assertKept(file: string, spent: ReadonlyMap<string, number>): Promise<void> {
  const database = await openDatabase(file, { clock: Date.now });
  const check = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(database.read);
  assert.deepEqual(check.rows, [{ integrity_check: 'ok' }]);
  for (const [factorId, step] of spent) {
    assert.equal(await database.write((tx) => spendTotpStep(tx, { factorId, step, now: 0 })), false, factorId);
  }
  await database.close();
}

test('R63 the writer uses WAL mode with synchronous=FULL', async () => {
  const fixture = await sqliteForTests.open();
  const settings = await fixture.database.write(async (tx) => [
    (await sql<{ journal_mode: string }>`pragma journal_mode`.execute(tx)).rows[0]?.journal_mode,
    (await sql<{ synchronous: number }>`pragma synchronous`.execute(tx)).rows[0]?.synchronous,
  ]);
  assert.deepEqual(settings, ['wal', 2]);
  await fixture.close();
});

test('the database file and its WAL file are readable by their owner only', async () => {
  const fixture = await sqliteForTests.open();
  for (const suffix of ['', '-wal']) assert.equal(statSync(fixture.address + suffix).mode & 0o777, 0o600);
  await fixture.close();
});

test('a read connection refuses to write', async () => {
  const fixture = await sqliteForTests.open();
  await assert.rejects(fixture.database.read.deleteFrom('flows').execute(), StoreUnavailableError);
  await fixture.close();
});

test('a write waits for the transaction of another process without blocking the event loop', async () => {
  const fixture = await sqliteForTests.open();
  const other = new DatabaseSync(fixture.address);
  other.exec('begin immediate');
  const write = fixture.database.write((tx) =>
    tx.insertInto('leases').values({ name: 'n', holder: 'h', until: 1 }).execute(),
  );
  let turns = 0;
  for (; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(await fixture.database.read.selectFrom('leases').selectAll().execute(), []);
  other.exec('commit');
  other.close();
  await write;
  assert.equal((await fixture.database.read.selectFrom('leases').selectAll().execute()).length, 1);
  await fixture.close();
});
