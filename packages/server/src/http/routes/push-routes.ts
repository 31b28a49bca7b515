import { AnswerBody, ConfirmBody, LinkBody, type PushDevice, SubscriptionBody } from '@tweestap/protocol';
import { hashToken, sameHash } from '../../crypto/tokens.ts';
import { answerRequest } from '../../push/answer-request.ts';
import { confirmDevice, waitingDevice } from '../../push/confirm-device.ts';
import { describeLinked, describeOwner, describeRequest, describeWaiting } from '../../push/describe.ts';
import { linkDevice, usablePushLink } from '../../push/link-device.ts';
import { type Owner, ownerOf, PushError } from '../../push/push-context.ts';
import { removeDevice } from '../../push/remove-device.ts';
import { unlockByPush } from '../../push/unlocks.ts';
import { isEndpointAllowed } from '../../push/web-push/endpoint.ts';
import { sealSubscription } from '../../push/web-push/waker.ts';
import { withRequestBudget } from '../../store/budget.ts';
import { findFlow } from '../../store/flows.ts';
import { getPushDevice } from '../../store/push/push-links.ts';
import { getPushRequest, pushRequestsOf } from '../../store/push/push-requests.ts';
import { linkedDevice, putSubscription } from '../../store/push/push-subscriptions.ts';
import type { FactorRow } from '../../store/schema.ts';
import { type Answer, HttpProblem, json, malformed, noContent } from '../answer.ts';
import { parseBody } from '../body.ts';
import { checkPhone, linkedPhone, namedPhone, proofOf, pushCallerOf, pushDeps, useProof } from '../phone.ts';
import type { Exchange, HttpDeps, Route } from '../route-table.ts';
import { beginWait, eventStream, waitSeconds } from '../streams.ts';

/** The number of requests that a phone shows. */
const SHOWN = 20;

/** The routes of phones. Each request proves the key of the phone by DPoP (RFC 9449), except that for the public VAPID key. */
export const pushRoutes = (deps: HttpDeps): Route[] => [
  { method: 'GET', path: '/push/vapid', handle: async () => vapid(deps) },
  {
    method: 'POST',
    path: '/push/devices',
    body: true,
    async check(exchange) {
      const { link, publicKey } = parseBody(LinkBody, exchange.body);
      checkKey(await proofOf(deps, exchange), publicKey);
      await usablePushLink(deps, link);
    },
    handle: (exchange) => link(deps, exchange),
  },
  {
    method: 'POST',
    path: '/push/devices/:id/confirm',
    body: true,
    async check(exchange) {
      parseBody(ConfirmBody, exchange.body);
      const { thumbprint } = await proofOf(deps, exchange);
      await waitingDevice(deps, exchange.id, thumbprint);
    },
    handle: (exchange) => confirm(deps, exchange),
  },
  { method: 'GET', path: '/push/devices/:id', handle: (exchange) => show(deps, exchange) },
  {
    method: 'DELETE',
    path: '/push/devices/:id',
    check: (exchange) => checkPhone(deps, exchange),
    handle: (exchange) => unlink(deps, exchange),
  },
  {
    method: 'PUT',
    path: '/push/devices/:id/subscription',
    body: true,
    async check(exchange) {
      parseBody(SubscriptionBody, exchange.body);
      await checkPhone(deps, exchange);
    },
    handle: (exchange) => subscribe(deps, exchange),
  },
  {
    method: 'POST',
    path: '/push/devices/:id/unlock',
    check: (exchange) => checkPhone(deps, exchange),
    handle: (exchange) => unlock(deps, exchange),
  },
  { method: 'GET', path: '/push/requests', query: ['wait'], handle: (exchange) => requests(deps, exchange) },
  { method: 'GET', path: '/push/requests/:id', handle: (exchange) => request(deps, exchange) },
  {
    method: 'POST',
    path: '/push/requests/:id',
    body: true,
    async check(exchange) {
      parseBody(AnswerBody, exchange.body);
      await checkPhone(deps, exchange);
    },
    handle: (exchange) => answer(deps, exchange),
  },
];

function vapid({ push }: HttpDeps): Answer {
  if (!push.waker) throw new HttpProblem('not-found');
  return json(200, { publicKey: push.waker.publicKey });
}

/** The key in the body must be that of the proof, so the key of another phone can't be linked. */
function checkKey({ key }: { key: { x: string; y: string } }, { x, y }: { x: string; y: string }): void {
  if (key.x !== x || key.y !== y) throw malformed('/publicKey', 'the key of the proof');
}

async function link(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { link: token, publicKey, name } = parseBody(LinkBody, exchange.body);
  const proof = await proofOf(deps, exchange);
  checkKey(proof, publicKey);
  const { account_id, organisation_id } = await usablePushLink(deps, token);
  await useProof(deps, proof);
  const userAgent = exchange.req.headers['user-agent'];
  const device = await linkDevice(pushDeps(deps), {
    ...pushCallerOf(deps, exchange),
    ...{ link: token, proof, name, userAgent },
  });
  return await withAccount(deps, 201, device, await ownerOf(deps.database.read, { account_id, organisation_id }));
}

async function withAccount(deps: HttpDeps, status: number, device: PushDevice, owner: Owner): Promise<Answer> {
  const { database, clock, push } = deps;
  const account = await describeOwner(database.read, owner, { now: clock(), baseUrl: push.baseUrl });
  return json(status, { device, account });
}

async function confirm(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { code } = parseBody(ConfirmBody, exchange.body);
  const proof = await proofOf(deps, exchange);
  const { thumbprint } = proof;
  await waitingDevice(deps, exchange.id, thumbprint);
  await useProof(deps, proof);
  const confirmed = { id: exchange.id, thumbprint, code };
  return json(200, await confirmDevice(pushDeps(deps), confirmed, pushCallerOf(deps, exchange)));
}

/** A phone asks for itself, linked or not yet. */
async function show(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const proof = await proofOf(deps, exchange);
  const { read } = deps.database;
  const linked = await linkedDevice(read, proof.thumbprint);
  const waiting = linked ? undefined : await getPushDevice(read, exchange.id);
  const row = linked ?? waiting;
  const isOwn = row?.id === exchange.id && (linked || waiting?.thumbprint === proof.thumbprint);
  const isLive = linked || (waiting && waiting.expires_at > deps.clock());
  if (!row || !isOwn || !isLive) throw new PushError('not-found');
  await useProof(deps, proof);
  const device = linked ? describeLinked(linked) : waiting && describeWaiting(waiting, deps.keyring);
  if (!device) throw new PushError('not-found');
  return await withAccount(deps, 200, device, await ownerOf(read, row));
}

async function unlink(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { device, caller } = await namedPhone(deps, exchange);
  await removeDevice(pushDeps(deps), device, caller);
  return noContent();
}

async function subscribe(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { database, keyring, clock, push } = deps;
  const subscription = parseBody(SubscriptionBody, exchange.body);
  const { device } = await namedPhone(deps, exchange);
  if (!push.waker) throw new PushError('not-found');
  if (!isEndpointAllowed(subscription.endpoint, push.waker.rules)) throw malformed('/endpoint', 'a known push service');
  const sealed = sealSubscription(keyring, device.id, subscription);
  const row = { device_id: device.id, account_id: device.account_id, sealed, created_at: clock() };
  await database.write((tx) => putSubscription(tx, row));
  return noContent();
}

async function unlock(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { database, clock, push } = deps;
  const { device, caller } = await namedPhone(deps, exchange);
  const owner = await ownerOf(database.read, device);
  await unlockByPush(pushDeps(deps), owner, caller);
  const account = await describeOwner(database.read, owner, { now: clock(), baseUrl: push.baseUrl });
  return json(200, { account });
}

/** The requests of a phone: at once, after a change (`?wait`), or as a stream. */
async function requests(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { hub } = deps.push;
  const { req, query } = exchange;
  const { device } = await linkedPhone(deps, exchange);
  const topics = [`phone.${device.account_id}`, `ended.${device.account_id}`];
  const group = `phone.${device.id}`;
  if (req.headers.accept?.includes('text/event-stream')) return requestStream(deps, exchange, device, topics);
  const seconds = waitSeconds(query);
  if (seconds === undefined) return json(200, await listed(deps, device));
  const wait = beginWait(hub, req, { topics, group, ms: seconds * 1000 });
  const before = await listed(deps, device);
  // A phone that waits already knows a pending request only if it was listed before; it is sent again then.
  if (before.requests.length > 0) {
    wait.cancel();
    return json(200, before);
  }
  if ((await wait.over) === 'full') throw new HttpProblem('busy');
  return json(200, await withRequestBudget(() => listed(deps, device)));
}

function requestStream(deps: HttpDeps, { req }: Exchange, device: FactorRow, topics: string[]): Answer {
  const { hub } = deps.push;
  return eventStream(req, (stream) => {
    let isRunning = false;
    let isStale = false;
    const send = async (): Promise<void> => {
      try {
        stream.send('requests', JSON.stringify(await withRequestBudget(() => listed(deps, device))));
      } catch {
        // The phone was removed, or the database does not answer: the phone connects again, and is told.
        stream.end();
      }
    };
    const wake = (): void => {
      isStale = true;
      if (isRunning) return;
      isRunning = true;
      void (async () => {
        while (isStale) {
          isStale = false;
          await send();
        }
        isRunning = false;
      })();
    };
    const remove = hub.add(
      { wake, end: () => stream.end(), beat: () => stream.beat() },
      { topics, group: `phone.${device.id}` },
    );
    stream.onEnd(remove);
    wake();
  });
}

/** The pending requests and the last ones. @throws PushError `not-found` when the phone was removed meanwhile */
async function listed({ database, clock }: HttpDeps, device: FactorRow) {
  const { read } = database;
  const now = clock();
  if (!(await linkedDevice(read, device.external_id ?? ''))) throw new PushError('not-found');
  const owner = await ownerOf(read, device);
  const all = (await pushRequestsOf(read, device.account_id, SHOWN)).map((row) => describeRequest(row, owner, now));
  const isPending = ({ state }: { state: string }): boolean => state === 'pending';
  return { requests: all.filter(isPending), history: all.filter((each) => !isPending(each)) };
}

/** One request, on the device where the login runs: it opens only with the cookie of its flow. */
async function request(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { device } = await linkedPhone(deps, exchange);
  const { read } = deps.database;
  const row = await getPushRequest(read, exchange.id);
  const flow = row && (await findFlow(read, row.flow_id));
  const isOwn = flow && sameHash(flow.browser_hash, hashToken(exchange.tokens.flow ?? ''));
  if (row?.account_id !== device.account_id || !isOwn) throw new PushError('not-found');
  return json(200, { request: describeRequest(row, await ownerOf(read, device), deps.clock()) });
}

async function answer(deps: HttpDeps, exchange: Exchange): Promise<Answer> {
  const { answer: token } = parseBody(AnswerBody, exchange.body);
  const { device, caller } = await linkedPhone(deps, exchange);
  return json(200, {
    request: await answerRequest(pushDeps(deps), device, { id: exchange.id, answer: token }, caller),
  });
}
