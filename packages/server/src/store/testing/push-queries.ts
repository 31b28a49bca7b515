import { insertAccount } from '../accounts/accounts.ts';
import type { Db, Tx } from '../database.ts';
import * as links from '../push/push-links.ts';
import * as requests from '../push/push-requests.ts';
import * as subscriptions from '../push/push-subscriptions.ts';
import type { PushRequestRow } from '../push-tables.ts';
import { lastSignal, signalsAfter } from '../signals.ts';
import { anAccount } from './rows.ts';

const request: PushRequestRow = {
  ...{ id: 'p', flow_id: 'f', organisation_id: 'o', account_id: 'a', challenge: '', sealed: '', digits: 6 },
  ...{ portal: '', browser: '', address: '', created_at: 1, expires_at: 2 },
  ...{ state: 'pending', answered_at: null, device_id: null },
};

/** Runs each query about phones once, for the test of their indexes. */
export async function everyPushQuery(db: Db, tx: Tx): Promise<void> {
  await links.findPushLink(db, 'hash');
  await links.claimPushLink(tx, 'l', 'd', 1);
  await links.pushDeviceOfFlow(db, 'f');
  await links.takeConfirmedDevice(tx, { id: 'd', flowId: 'f', now: 1 });
  await links.endPushLinks(tx, 'a', 1);
  await links.endPushLinks(tx, 'a', 1, 'f');
  await insertAccount(tx, anAccount({ id: 'a' }));
  await requests.addPushRequest(tx, request);
  await requests.pushRequestsOf(db, 'a', 20);
  await requests.answerPushRequest(tx, { id: 'p', accountId: 'a', deviceId: 'd', state: 'approved', now: 1 });
  await requests.spendPushRequest(tx, { id: 'p', flowId: 'f', now: 1 });
  await requests.endPushRequests(tx, 'a', 'f');
  await subscriptions.linkedDevice(db, 'thumbprint');
  await subscriptions.isKnownThumbprint(db, 'thumbprint');
  await subscriptions.subscriptionsOf(db, 'a');
  await subscriptions.deleteSubscription(tx, { device_id: 'd', sealed: 's' });
  await lastSignal(db);
  await signalsAfter(db, 1, 500);
}
