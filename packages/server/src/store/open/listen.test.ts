/* Threat: a screen waits for ever, because the signal of another process is lost. */
import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { publishSignals, signal, signalHere } from '../signals.ts';
import { type Fixture, postgresForTests, testsOn, withEachDatabase } from '../testing/databases.ts';
import { listenToSignals } from './listen.ts';

/** Listens on a second connection of a fixture, and resolves when a text is received. */
async function listener({ address, openAnother }: Fixture, sender = 'me') {
  const received: string[] = [];
  let wake: () => void = () => undefined;
  const add = (text: string): void => {
    received.push(text);
    wake();
  };
  const listening = listenToSignals(address, await openAnother(), {
    sender,
    onTopic: add,
    onGap: () => add('a gap'),
    isAwaited: () => true,
  });
  // The timers of the listener keep no process alive.
  const alive = setInterval(() => undefined, 1000);
  return {
    received,
    async until(text: string) {
      while (!received.includes(text)) {
        await new Promise<void>((done) => {
          wake = done;
        });
      }
    },
    stop() {
      clearInterval(alive);
      return listening.stop();
    },
  };
}

const publisher = ({ database, clock }: Fixture, sender: string, emitted: string[] = []) =>
  publishSignals(database, { sender, clock, emit: (topics) => emitted.push(...topics) });

withEachDatabase(
  'a signal reaches other processes with the commit, and its own process without a detour',
  async (fixture) => {
    const emitted: string[] = [];
    const other = publisher(fixture, 'other', emitted);
    const mine = publisher(fixture, 'me');
    const { received, until, stop } = await listener(fixture);
    try {
      // The first signals may be sent before the connection listens. A file is read from the first poll on, which is a gap.
      while (received.length === 0) {
        await other.write(async (tx) => signal(tx, 'begin'));
        await new Promise(setImmediate);
      }
      await assert.rejects(
        other.write(async (tx) => {
          signal(tx, 'rolled back');
          throw new Error('no');
        }),
      );
      await mine.write(async (tx) => signal(tx, 'own'));
      await other.write(async (tx) => {
        signalHere(tx, 'here only');
        signal(tx, 'last');
      });
      await until('last');
      assert.ok(!received.includes('rolled back') && !received.includes('own') && !received.includes('here only'));
      assert.ok(emitted.includes('here only') && emitted.includes('last') && !emitted.includes('rolled back'));
    } finally {
      await stop();
    }
  },
);

testsOn(postgresForTests)(
  'a lost connection is opened again, and reports that signals may be lost',
  async (fixture) => {
    const other = publisher(fixture, 'other');
    const { received, until, stop } = await listener(fixture);
    try {
      while (!received.includes('first')) {
        await other.write(async (tx) => signal(tx, 'first'));
        await new Promise(setImmediate);
      }
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'tweestap-signals' and datname = current_database()`.execute(fixture.database.read);
      await until('a gap');
      await other.write(async (tx) => signal(tx, 'after the gap'));
      await until('after the gap');
    } finally {
      await stop();
    }
  },
);
