/*
 * Threat: a thief's session is ended, but a request that the thief sent just before is waiting for the database and
 * still changes the account: it forgets devices, or renames or removes factors.
 */

import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { parseInput } from '@tweestap/protocol';
import { recordAudit } from '../audit/record.ts';
import { hashToken, newToken, systemRandom } from '../crypto/tokens.ts';
import { factors } from '../factors/index.ts';
import { createRegistry } from '../flow/rules/factor.ts';
import { databaseWithBarrier } from '../flow/testing/barrier.ts';
import { World } from '../flow/testing/world.ts';
import { noClockGuard } from '../runtime/clock-guard.ts';
import { deleteSessionsOfAccount, insertSession } from '../store/sessions.ts';
import { withDatabases } from '../store/testing/databases.ts';
import { aBrowser, aDevice, aSession } from '../store/testing/rows.ts';
import { createHub } from '../waiting/hub.ts';
import { cookies } from './cookies.ts';
import type { HttpDeps } from './route-table.ts';
import { accountRoutes, eventRoutes } from './routes/account-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { memoryLogger } from './testing/server.ts';

interface Ids {
  factor: string;
  device: string;
  event: string;
}

/**
 * A request for every route that changes the caller's account. The test fails for a new route until it is added here.
 */
const changes: Record<string, (ids: Ids) => { id?: string; body?: unknown }> = {
  'PATCH /account': () => ({ body: { rememberFor: '1w' } }),
  'PATCH /account/factors/:id': (ids) => ({ id: ids.factor, body: { name: 'Mine now' } }),
  'DELETE /account/factors/:id': (ids) => ({ id: ids.factor }),
  'DELETE /account/devices/:id': (ids) => ({ id: ids.device }),
  'DELETE /account/devices': () => ({}),
  'POST /account/events/:id': (ids) => ({ id: ids.event, body: { report: 'not-me' } }),
  'DELETE /account/sessions': () => ({}),
};

withDatabases(
  'R92 a request to change the account changes nothing if its session is ended while it waits',
  async (fixture) => {
    const { clock } = fixture;
    const { database, hold } = databaseWithBarrier(fixture.database);
    const world = new World(fixture.database, clock);
    await world.organisation({ policy: { factor: 'optional' } });
    const ada = await world.user();
    const device = aDevice({
      account_id: ada.id,
      browser_id: 'b',
      remembered_until: clock() + 1e9,
      factor_time: clock(),
    });
    await fixture.database.write(async (tx) => {
      await tx
        .insertInto('browsers')
        .values(aBrowser({ id: 'b' }))
        .execute();
      await tx.insertInto('devices').values(device).execute();
      const entry = { at: clock(), event: 'login', result: 'ok', organisationId: 'clinic', accountId: ada.id };
      await recordAudit(tx, entry, systemRandom);
    });
    const event = await fixture.database.read.selectFrom('audit').select('id').executeTakeFirstOrThrow();
    const ids = { factor: ada.factorId ?? '', device: device.id, event: event.id };
    const deps: HttpDeps = {
      ...{
        factors,
        parseInput,
        database,
        engine: world.engine,
        keyring: world.keyring,
        clock,
        clockGuard: noClockGuard,
        random: systemRandom,
        logger: memoryLogger(),
        audience: 'http://localhost/mfa/v1',
      },
      ...{
        cookies: cookies(false),
        throttle: { check: async () => {}, failed: async () => {} },
        addressOf: () => '192.0.2.1',
        push: {
          registry: createRegistry(factors),
          baseUrl: 'https://portal.example',
          audiences: [],
          hub: createHub(),
        },
      },
    };
    const table = [...accountRoutes(deps), ...eventRoutes(deps), ...sessionRoutes(deps)];
    const changing = table.filter(({ method, path }) => method !== 'GET' && path !== '/session');
    const stored = async () => ({
      accounts: await fixture.database.read.selectFrom('accounts').selectAll().execute(),
      factors: await fixture.database.read.selectFrom('factors').selectAll().execute(),
      devices: await fixture.database.read.selectFrom('devices').selectAll().execute(),
      sessions: await fixture.database.read.selectFrom('sessions').selectAll().execute(),
      audit: await fixture.database.read.selectFrom('audit').select('id').execute(),
    });
    for (const route of changing) {
      const name = `${route.method} ${route.path}`;
      const request = changes[name];
      assert.ok(request, `${name} has no request in this test: add one to \`changes\``);
      const session = newToken(systemRandom);
      const otherSession = aSession({ account_id: ada.id, ...fresh(clock()) });
      await fixture.database.write(async (tx) => {
        await insertSession(tx, otherSession);
        await insertSession(tx, aSession({ id_hash: hashToken(session), account_id: ada.id, ...fresh(clock()) }));
      });
      const { id = '', body } = request(ids);
      const barrier = hold();
      const req = { headers: {} } as IncomingMessage;
      const change = route.handle({
        req,
        path: route.path,
        id,
        body,
        query: new Map(),
        tokens: { session },
        correlationId: 'test',
      });
      await Promise.race([barrier.reached, change]);
      await fixture.database.write((tx) => deleteSessionsOfAccount(tx, ada.id, otherSession.id_hash));
      const before = await stored();
      barrier.open();
      await assert.rejects(change, { code: 'no-session' }, name);
      assert.deepEqual(await stored(), before, name);
    }
    assert.equal(changing.length, Object.keys(changes).length);
  },
);

function fresh(now: number) {
  return { acr: 'aal2', factor_time: now, last_seen_at: now };
}
