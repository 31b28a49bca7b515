import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { PushSubscription } from '@tweestap/protocol';
import webPush from 'web-push';
import { type EndpointRules, isEndpointAllowed, publicLookup } from './endpoint.ts';

/** The keys of this server at push services (VAPID, RFC 8292). */
export interface VapidKeys {
  /** A `mailto:` or `https:` address of the operator. */
  subject: string;
  /** base64url of 65 bytes. */
  publicKey: string;
  /** base64url of 32 bytes. */
  privateKey: string;
}

/** In ms: a push service that has not answered by then counts as unreachable. */
const TIMEOUT_MS = 10_000;
/** Seconds: how long a push service keeps the message for a phone that is off. A request for approval lasts as long. */
const TTL_S = 120;

/** Sends one encrypted message (RFC 8291, aes128gcm) and returns the status of the answer. Redirects are not followed. */
export async function sendWebPush(
  subscription: PushSubscription,
  payload: string,
  { keys, rules, signal }: { keys: VapidKeys; rules: EndpointRules; signal: AbortSignal },
): Promise<number> {
  const { endpoint } = subscription;
  if (!isEndpointAllowed(endpoint, rules)) throw new Error('the address of the subscription is not allowed');
  const { headers, body } = webPush.generateRequestDetails(subscription, Buffer.from(payload, 'utf8'), {
    vapidDetails: keys,
    TTL: TTL_S,
    urgency: 'high',
    contentEncoding: 'aes128gcm',
  });
  const url = new URL(endpoint);
  const isLocal = url.hostname === '127.0.0.1';
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return await new Promise((resolve, reject) => {
    const req = send(url, {
      method: 'POST',
      headers: headers as Record<string, string>,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      // A new connection each time: a pooled one would not be checked.
      agent: false,
      ...(isLocal ? {} : { lookup: publicLookup() }),
    });
    req.on('response', (res) => {
      // The text of the answer is not needed.
      res.resume().on('error', () => undefined);
      resolve(res.statusCode ?? 0);
    });
    req.on('error', reject);
    req.end(body);
  });
}
