import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type CompiledQuery, Kysely, type KyselyPlugin } from 'kysely';
import { recordAudit, recordRefusal } from '../../audit/record.ts';
import { systemRandom } from '../../crypto/tokens.ts';
import { findAccount, getAccount, setCodesDue } from '../accounts/accounts.ts';
import { holdAccount } from '../accounts/hold-account.ts';
import { hasOtherHashes, setPasswordHash } from '../accounts/passwords.ts';
import { eventOfAccount, eventsOfAccount } from '../audit.ts';
import { countAttempt, countersOf, liftLock, resetCounter, resetHard, resetSoft, returnAttempt } from '../counters.ts';
import type { Database, Db } from '../database.ts';
import {
  clearRemembered,
  deviceOf,
  endRemembering,
  findBrowserByToken,
  forgetDevicesOfAccount,
  holdDevice,
  rotateBrowser,
  upsertDevice,
} from '../devices.ts';
import { recentlyReplacedFactors, replaceDisabledFactors } from '../factors/end-factors.ts';
import { activeFactors } from '../factors/factors.ts';
import { burntSteps, spendTotpStep } from '../factors/time-steps.ts';
import { endExpiredFlow, endFlowsOfAccount, findFlow, insertFlow, trimUnansweredFlows, updateFlow } from '../flows.ts';
import { searchAccounts } from '../help-desk/account-search.ts';
import {
  expireDeskCode,
  expirePasswordCode,
  hasActed,
  passwordCodeOf,
  spendPasswordCode,
  voidPasswordCode,
} from '../help-desk/desk-codes.ts';
import {
  findLink,
  getLink,
  lastLinkOf,
  newestLink,
  repeatLink,
  spendLink,
  unsealLink,
  voidExpiredLink,
  voidLinks,
  voidOlderLinks,
} from '../links.ts';
import { getOrganisation } from '../organisations.ts';
import {
  claimMessage,
  findReported,
  isCodeOpen,
  isMessageDue,
  listMessages,
  mailsOfRequest,
  recordDelivery,
  reviveMessages,
} from '../outbox.ts';
import { currentRecoveryCodes, isCurrentRecoveryCode, spendRecoveryCode } from '../recovery-codes.ts';
import { claim, findClaim, settle } from '../requests/idempotency.ts';
import { countStopped, forgetStopped, recordStopped, takeEndedRefusals } from '../requests/refusals.ts';
import type { Schema } from '../schema.ts';
import {
  countOtherSessions,
  deleteDeadSession,
  deleteSessionsOfAccount,
  findSession,
  holdSession,
  insertSession,
  touchSession,
} from '../sessions.ts';
import { sqliteForTests } from '../testing/databases.ts';
import { everyPushQuery } from '../testing/push-queries.ts';
import { aDevice, aSession } from '../testing/rows.ts';
import { expiryRules } from '../upkeep/expire.ts';
import { sweep } from '../upkeep/sweep.ts';
import { sqliteDialect } from './dialect.ts';

test('no query of a login, of the settings page or of the sweeper reads a whole table', async () => {
  const fixture = await sqliteForTests.open();
  const queries: CompiledQuery[] = [];
  const dialect = sqliteDialect(fixture.address, 'writer');
  const log = (event: { query: CompiledQuery }) => void queries.push(event.query);
  // Prepared queries are logged only if the handle has a plugin.
  const noOpPlugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => result,
  };
  const db = new Kysely<Schema>({ dialect, log, plugins: [noOpPlugin] });
  await db.transaction().execute(async (tx) => {
    await everyQuery(tx, tx);
  });
  await db.destroy();
  const plain = new DatabaseSync(fixture.address);
  let explained = 0;
  let searched = 0;
  for (const { sql, parameters } of queries) {
    if (!/^\s*(select|insert|update|delete)/i.test(sql)) continue;
    const plan = plain.prepare(`explain query plan ${sql}`).all(...(parameters as (string | number | null)[]));
    for (const { detail } of plan) assert.doesNotMatch(String(detail), /^SCAN (?!CONSTANT)/, sql);
    // R54: with the index of usernames, this query would read all accounts of the organisation.
    const seeks = plan.filter(({ detail }) => String(detail).includes('USING INDEX accounts_password_scheme'));
    assert.equal(seeks.length, sql.includes('"password_scheme" <') ? 3 : 0, sql);
    // The search of the help desk reads the range of the key that it compares. It never filters all accounts of an
    // organisation.
    const key = searchKeys.find(({ order }) => sql.endsWith(order));
    if (key && !sql.includes('"id" in')) {
      assert.ok(
        plan.some(({ detail }) => String(detail).includes(`USING INDEX ${key.index} (organisation_id=? AND`)),
        sql,
      );
      searched += 1;
    }
    explained += 1;
  }
  assert.equal(searched, searchKeys.length);
  assert.ok(explained > 30, `${explained} queries were explained`);
  plain.close();
  await fixture.close();
});

const searchKeys = [
  { order: 'order by username_key limit ?', index: 'accounts_username' },
  { order: 'order by lower(name) limit ?', index: 'accounts_name' },
  { order: " ', '')), '')) limit ?", index: 'accounts_last_word' },
  { order: 'order by lower(email) limit ?', index: 'accounts_email' },
];

async function everyQuery(db: Db, tx: Parameters<Parameters<ReturnType<Db['transaction']>['execute']>[0]>[0]) {
  const flow = {
    ...{ id: 'f', token_hash: 't', browser_hash: 'b', kind: 'login', version: 1, facts: '{}', organisation_id: null },
    ...{ account_id: null, created_at: 0, expires_at: 1, extensions: 0, ended_at: null },
    ...{ address: '192.0.2.1' },
  };
  await getOrganisation(db, 'o');
  await insertFlow(tx, flow);
  await trimUnansweredFlows(tx, '192.0.2.1');
  await findFlow(db, 'f');
  await updateFlow(tx, { id: 'f', version: 1, facts: '{}', organisationId: null, accountId: 'a' });
  await findAccount(db, 'o', 'jo');
  await getAccount(db, 'o', 'a');
  await searchAccounts(db, 'o', { query: 'de visser', limit: 21 });
  await searchAccounts(db, 'o', { query: 'visser', limit: 21, only: ['a', 'b'] });
  await countAttempt(tx, { key: 'k', now: 1, softLimit: 10, wait: { first: 1, max: 1 } });
  await resetCounter(tx, 'k', 1);
  await resetSoft(tx, 'k', { hardResets: 0 }, 1);
  await resetHard(tx, 'k', 1);
  await liftLock(tx, 'k', 1);
  await returnAttempt(tx, 'k', { lockedUntil: 0, softResets: 0, hardResets: 0 });
  await setCodesDue(tx, 'a', true);
  await clearRemembered(tx, 'a');
  await replaceDisabledFactors(tx, 'a', 1);
  await setPasswordHash(tx, 'a', { hash: 'h', scheme: 'own.64.1.1' }, 1, 'old');
  await hasOtherHashes(db, 'o', 'own.64.1.1');
  await countersOf(db, ['k', 'l', 'm']);
  await recordStopped(tx, { address: '192.0.2.1', accountId: 'a', at: 1 });
  await countStopped(db, '192.0.2.1', { after: 0, until: 2 }, 100);
  await forgetStopped(tx, { address: '192.0.2.1', accountId: 'a' });
  await recordRefusal(tx, { at: 1, event: 'password', result: 'locked' }, systemRandom);
  await takeEndedRefusals(tx, 1, 10);
  await activeFactors(db, 'a');
  await recentlyReplacedFactors(db, 'a', { method: 'totp', since: 0 });
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
  await claim(tx, { key: 'i', requestHash: 'h', expiresAt: 2, now: 1, address: '192.0.2.1' });
  await findClaim(db, 'i', 1);
  await settle(tx, 'i', 'answer');
  await findLink(db, 'hash');
  await spendLink(tx, 'l', 1);
  await voidLinks(tx, 'a', 1, 'reset');
  await getLink(db, 'l');
  await lastLinkOf(db, 'key');
  await repeatLink(tx, { id: 'l', seen: 1, mailedAt: 2 });
  await unsealLink(tx, { id: 'l', mailed_at: 1 });
  const older = {
    id: 'l',
    purpose: 'register',
    account_id: null,
    organisation_id: 'o',
    email: 'jo@mail.example',
    started_by: null,
  } as const;
  await voidOlderLinks(tx, { ...older, request_key: 'key', until: 1, now: 1 });
  await mailsOfRequest(db, 'key', { id: 'm', sentSince: 1 });
  await voidLinks(tx, 'a', 1, 'reset', 'helpdesk');
  await newestLink(db, 'a', 'reset', 'helpdesk');
  await passwordCodeOf(db, 'a');
  await spendPasswordCode(tx, 'c', 1);
  await voidPasswordCode(tx, 'a');
  await hasActed(tx, { accountId: 'a', actor: 'hans', verbs: ['issueCode', 'resetFactors'], since: 0 });
  await isMessageDue(db, 'mail', 1);
  await claimMessage(tx, 'sqlite', { channel: 'mail', claim: 'c', now: 1, until: 2 });
  await listMessages(db, { organisationId: 'o', state: 'dead', limit: 100 });
  await reviveMessages(tx, 'o', 1);
  await isCodeOpen(db, 'c');
  await findReported(db, { gatewayId: 'g' });
  await findReported(db, { id: 'm' });
  await recordDelivery(tx, { id: 'm', sent_at: 1 }, { delivery: 'delivered', at: 1, data: '{}' });
  await forgetDevicesOfAccount(tx, 'account');
  await deleteSessionsOfAccount(tx, 'account');
  await endFlowsOfAccount(tx, 'a', 1);
  await holdAccount(tx, 'sqlite', 'a');
  await holdSession(tx, 'sqlite', 's');
  await holdDevice(tx, 'sqlite', { id: 'd', accountId: 'a' });
  await isCurrentRecoveryCode(db, 'a', 'r');
  await endExpiredFlow(tx, 'f', { now: 1, madeUntil: 1 });
  await voidExpiredLink(tx, 'hash', 1);
  await expireDeskCode(tx, 'c', 1);
  await expirePasswordCode(tx, 'c', 1);
  await endRemembering(tx, 'd', 1);
  await deleteDeadSession(tx, 's', { now: 1, idleSince: 0, seenUntil: 2 });
  await everyPushQuery(db, tx);
  for (const { end } of expiryRules) await end(tx, { now: 1, idleSince: 0 });
  const within: Pick<Database, 'write'> = { write: (work) => work(tx) };
  await sweep(within as Database, 1);
}
