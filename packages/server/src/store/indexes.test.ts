import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type CompiledQuery, Kysely, type KyselyPlugin } from 'kysely';
import { recordAudit } from '../audit/record.ts';
import { eventOfAccount, eventsOfAccount } from './account-events.ts';
import { findAccount, getAccount, holdAccount, setPasswordHash } from './accounts.ts';
import { countAttempt, resetCounter } from './counters.ts';
import { expireDeskCode } from './desk-codes.ts';
import {
  deviceOf,
  endRemembering,
  findBrowserByToken,
  forgetDevicesOfAccount,
  holdDevice,
  rotateBrowser,
  upsertDevice,
} from './devices.ts';
import { expiryRules } from './expire.ts';
import { activeFactors, burntSteps, recentlyReplacedFactors, spendTotpStep } from './factors.ts';
import { endExpiredFlow, endFlowsOfAccount, findFlow, insertFlow, updateFlow } from './flows.ts';
import type { Db } from './handles.ts';
import { claim, settle } from './idempotency.ts';
import { findLink, spendLink, voidExpiredLink, voidLinks, voidRegistrations } from './links.ts';
import { getOrganisation } from './organisations.ts';
import { claimMessage, isMessageDue, listMessages, reviveMessages } from './outbox.ts';
import { currentRecoveryCodes, recoveryCodeStands, spendRecoveryCode } from './recovery-codes.ts';
import type { Schema } from './schema.ts';
import {
  countOtherSessions,
  deleteDeadSession,
  deleteSessionsOfAccount,
  findSession,
  holdSession,
  insertSession,
  touchSession,
} from './sessions.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { sqliteForTests } from './testing/databases.ts';
import { aDevice, aSession } from './testing/rows.ts';

test('no query of a login or of a settings page reads a whole table', async () => {
  const fixture = await sqliteForTests.open();
  const queries: CompiledQuery[] = [];
  const dialect = sqliteDialect(fixture.address, 'writer');
  const log = (event: { query: CompiledQuery }) => void queries.push(event.query);
  // Somebody looks on, so that prepared queries are logged as well.
  const onlooker: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => result,
  };
  const db = new Kysely<Schema>({ dialect, log, plugins: [onlooker] });
  await db.transaction().execute(async (tx) => {
    await everyQuery(tx, tx);
  });
  await db.destroy();
  const plain = new DatabaseSync(fixture.address);
  let explained = 0;
  for (const { sql, parameters } of queries) {
    if (!/^\s*(select|insert|update|delete)/i.test(sql)) continue;
    const plan = plain.prepare(`explain query plan ${sql}`).all(...(parameters as (string | number | null)[]));
    for (const { detail } of plan) assert.doesNotMatch(String(detail), /^SCAN (?!CONSTANT)/, sql);
    explained += 1;
  }
  assert.ok(explained > 30, `${explained} queries were explained`);
  plain.close();
  await fixture.close();
});

async function everyQuery(db: Db, tx: Parameters<Parameters<ReturnType<Db['transaction']>['execute']>[0]>[0]) {
  const flow = {
    ...{ id: 'f', token_hash: 't', browser_hash: 'b', kind: 'login', version: 1, facts: '{}', organisation_id: null },
    ...{ account_id: null, created_at: 0, expires_at: 1, extensions: 0, ended_at: null },
  };
  await getOrganisation(db, 'o');
  await insertFlow(tx, flow);
  await findFlow(db, 'f');
  await updateFlow(tx, { id: 'f', version: 1, facts: '{}', organisationId: null, accountId: 'a' });
  await findAccount(db, 'o', 'jo');
  await getAccount(db, 'o', 'a');
  await countAttempt(tx, { key: 'k', now: 1, softLimit: 10, wait: { first: 1, max: 1 } });
  await resetCounter(tx, 'k', 1);
  await setPasswordHash(tx, 'a', 'h', 1, 'old');
  await activeFactors(db, 'a');
  await recentlyReplacedFactors(db, 'a', 0);
  await burntSteps(db, ['x', 'y'], 1);
  await spendTotpStep(tx, { factorId: 'x', step: 1, now: 1 });
  await currentRecoveryCodes(db, 'a');
  await spendRecoveryCode(tx, 'r', 1);
  await findBrowserByToken(db, 't');
  await rotateBrowser(tx, { id: 'b', seenHash: 't', fromHash: 't', toHash: 'u', now: 1 });
  await upsertDevice(tx, aDevice());
  await deviceOf(db, 'b', 'a');
  await insertSession(tx, aSession());
  await findSession(db, 's');
  await touchSession(tx, 's', 1);
  await countOtherSessions(db, { account_id: 'a', id_hash: 's' }, { now: 1, seenSince: 0 });
  await recordAudit(tx, { at: 1, event: 'login', result: 'ok', accountId: 'a' });
  await eventsOfAccount(db, { accountId: 'a', events: ['login', 'totp'], limit: 20 });
  await eventOfAccount(db, 'a', 'e');
  await claim(tx, { key: 'i', requestHash: 'h', expiresAt: 2, now: 1 });
  await settle(tx, 'i', 'answer');
  await findLink(db, 'hash');
  await spendLink(tx, 'l', 1);
  await voidLinks(tx, 'a', 1, 'reset');
  await voidRegistrations(tx, 'o', 'jo@mail.example', 1);
  await isMessageDue(db, 1);
  await claimMessage(tx, 'sqlite', { claim: 'c', now: 1, until: 2 });
  await listMessages(db, { organisationId: 'o', state: 'dead', limit: 100 });
  await reviveMessages(tx, 'o', 1);
  await forgetDevicesOfAccount(tx, 'account');
  await deleteSessionsOfAccount(tx, 'account');
  await endFlowsOfAccount(tx, 'a', 1);
  await holdAccount(tx, 'sqlite', 'a');
  await holdSession(tx, 'sqlite', 's');
  await holdDevice(tx, 'sqlite', { id: 'd', accountId: 'a' });
  await recoveryCodeStands(db, 'a', 'r');
  await endExpiredFlow(tx, 'f', 1);
  await voidExpiredLink(tx, 'hash', 1);
  await expireDeskCode(tx, 'c', 1);
  await endRemembering(tx, 'd', 1);
  await deleteDeadSession(tx, 's', { now: 1, idleSince: 0 });
  for (const { end } of expiryRules) await end(tx, { now: 1, idleSince: 0 });
}
