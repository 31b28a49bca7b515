import { type PushSubscription, SubscriptionBody } from '@tweestap/protocol';
import { type Keyring, SealError } from '../../crypto/keyring.ts';
import type { Clock } from '../../crypto/tokens.ts';
import { type Logger, loggable } from '../../runtime/log.ts';
import type { Database } from '../../store/database.ts';
import { getPushRequest } from '../../store/push/push-requests.ts';
import { deleteSubscription, subscriptionsOf } from '../../store/push/push-subscriptions.ts';
import type { PushSubscriptionRow } from '../../store/push-tables.ts';
import type { EndpointRules } from './endpoint.ts';
import { sendWebPush, type VapidKeys } from './send.ts';

/** Wakes phones by Web Push. */
export interface Waker {
  /** The public VAPID key, for the subscriptions of phones. */
  readonly publicKey: string;
  /** Which addresses a subscription may have. */
  readonly rules: EndpointRules;
  /** Sends the id of a request to the phones of its account. */
  wake(requestId: string): void;
  /** Aborts what is being sent. */
  stop(): Promise<void>;
}

/** The number of requests that may wait for their messages. Further ones are not sent; the open app still shows them. */
const MAX_QUEUED = 1000;
const CONCURRENCY = 8;
/** The statuses of a push service for a subscription that no longer exists (RFC 8030 §7.3). */
const GONE: ReadonlySet<number> = new Set([404, 410]);

/** The values that a subscription is bound to. */
const binding = (deviceId: string): string[] => ['push-subscription', deviceId];

/** Seals a subscription for its device: its address lets anyone who knows it send messages to the phone. */
export function sealSubscription(keyring: Keyring, deviceId: string, subscription: PushSubscription): string {
  return keyring.seal(JSON.stringify(subscription), binding(deviceId));
}

interface WakerDeps {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  logger: Logger;
  keys: VapidKeys;
  rules: EndpointRules;
}

/** Creates the waker. Messages are sent after the commit, through a bounded queue; a lost one costs only time. */
export function createWaker(deps: WakerDeps): Waker {
  const { logger, keys, rules } = deps;
  const queue: string[] = [];
  const aborted = new AbortController();
  const running = new Set<Promise<void>>();

  const next = (): void => {
    while (running.size < CONCURRENCY && !aborted.signal.aborted) {
      const id = queue.shift();
      if (id === undefined) return;
      const work = wakeDevices(deps, id, aborted.signal)
        .catch((error: unknown) => logger.warn({ error: loggable(error) }, 'a phone could not be woken'))
        .finally(() => {
          running.delete(work);
          next();
        });
      running.add(work);
    }
  };

  return {
    publicKey: keys.publicKey,
    rules,
    wake(requestId) {
      if (queue.length >= MAX_QUEUED) logger.warn({}, 'too many phones wait to be woken; one was left out');
      else queue.push(requestId);
      next();
    },
    async stop() {
      aborted.abort();
      await Promise.all(running);
    },
  };
}

async function wakeDevices(deps: WakerDeps, requestId: string, signal: AbortSignal): Promise<void> {
  const { database, clock } = deps;
  const request = await getPushRequest(database.read, requestId);
  if (request?.state !== 'pending' || request.expires_at <= clock()) return;
  const rows = await subscriptionsOf(database.read, request.account_id);
  // Only the id: the phone fetches the details with its key.
  const payload = JSON.stringify({ type: 'request', id: requestId });
  await Promise.all(rows.map((row) => wakeDevice(deps, row, payload, signal)));
}

async function wakeDevice(
  deps: WakerDeps,
  row: PushSubscriptionRow,
  payload: string,
  signal: AbortSignal,
): Promise<void> {
  const { database, logger, keys, rules } = deps;
  const subscription = opened(deps, row);
  try {
    const status = subscription && (await sendWebPush(subscription, payload, { keys, rules, signal }));
    if (status === undefined || GONE.has(status)) await database.write((tx) => deleteSubscription(tx, row));
    else if (status >= 300) logger.warn({ status }, 'a push service refused a message');
  } catch (error) {
    if (!signal.aborted) logger.warn({ error: loggable(error) }, 'a push service could not be reached');
  }
}

/** The subscription; undefined when it was sealed by a key that is gone, so that it can't be used again. */
function opened({ keyring }: WakerDeps, { device_id, sealed }: PushSubscriptionRow): PushSubscription | undefined {
  try {
    const text = Buffer.from(keyring.open(sealed, binding(device_id))).toString('utf8');
    return SubscriptionBody.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}
