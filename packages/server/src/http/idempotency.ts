import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock } from '../crypto/tokens.ts';
import type { Logger } from '../runtime/log.ts';
import type { Database } from '../store/database.ts';
import { claim, findClaim, release, settle } from '../store/requests/idempotency.ts';
import { type Answer, HttpProblem, malformed } from './answer.ts';

/** Milliseconds for which a response is kept for repeated requests. */
const KEPT_FOR_MS = 60_000;
/** Milliseconds between checks for the response of the first request: short at first, about three seconds in total. */
const POLL_WAITS_MS = [0, 25, 50, 100, 200, 400, 800, 1500];

/** A valid key: 1 to 128 visible ASCII characters. */
const KEY = /^[\x21-\x7e]{1,128}$/;

/** One request with an `Idempotency-Key`. */
export interface Repeatable {
  /** The value of the `Idempotency-Key` header. */
  header: string;
  /**
   * Method, path and the secrets of the request. The same key with another scope is another entry, so a response, which
   * may contain a token, is never sent to another client (R4).
   */
  scope: readonly string[];
  /** The parsed body. */
  body: unknown;
  /** The client's address. */
  address: string;
  /** Refuses invalid requests before the key is claimed, so that they store nothing (R93). */
  check(): Promise<void>;
  /**
   * The browser, for a scope without a secret. `token` is its flow cookie, undefined without one; `given` returns the
   * flow cookie that a response sets.
   */
  browser?: { token: string | undefined; given(answer: Answer): string | undefined };
}

/** What is sealed and stored under a key. */
interface Kept {
  answer: Answer;
  /** The browser's flow cookie in the first request. */
  token?: string;
}

/**
 * Runs a request, or returns the stored response to its first run. `run` must not throw: an error is a response too.
 */
export type Idempotency = (request: Repeatable, run: () => Promise<Answer>) => Promise<Answer>;

/**
 * Makes the function that runs a request with a key once. The same request with the same key gets the same response for
 * 60 seconds, including cookies, so a lost response costs no second attempt (R7). Stored responses are sealed, because
 * they may contain a session token (R59). Temporary failures (5xx, 429) are not stored: repeating the request runs it
 * again.
 */
export function createIdempotency(deps: {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  logger: Logger;
}): Idempotency {
  const { database, keyring, clock, logger } = deps;

  const keep = async (key: string, kept: Kept): Promise<void> => {
    const isTransient = kept.answer.status >= 500 || kept.answer.status === 429;
    const sealed = isTransient ? undefined : keyring.seal(JSON.stringify(kept), ['idempotency', key]);
    await database.write((tx) => (sealed === undefined ? release(tx, key) : settle(tx, key, sealed)));
  };

  return async ({ header, scope, body, browser, address, check }, run) => {
    if (!KEY.test(header)) throw malformed('Idempotency-Key', '1 to 128 visible ASCII characters');
    const key = digest(header, ...scope);
    const requestHash = digest(JSON.stringify(body ?? null));
    // A repeated request skips the check: its first run may have changed what is checked, such as ending the session.
    if (!(await findClaim(database.read, key, clock()))) await check();
    for (const wait of POLL_WAITS_MS) {
      if (wait > 0) await sleep(wait);
      const now = clock();
      const claimed = await database.write((tx) =>
        claim(tx, { key, requestHash, expiresAt: now + KEPT_FOR_MS, now, address }),
      );
      if (claimed === 'claimed') {
        const answer = await run();
        // The request has taken effect, so a response that can't be stored must not turn it into a failure.
        const kept = { answer, ...(browser?.token === undefined ? {} : { token: browser.token }) };
        await keep(key, kept).catch(() => logger.warn({}, 'a response could not be stored for repeated requests'));
        return answer;
      }
      if (claimed.requestHash !== requestHash) throw new HttpProblem('idempotency-conflict');
      if (claimed.answer !== null) {
        const kept = JSON.parse(
          Buffer.from(keyring.open(claimed.answer, ['idempotency', key])).toString('utf8'),
        ) as Kept;
        if (browser && !isSameBrowser(browser, kept)) throw new HttpProblem('idempotency-conflict');
        return kept.answer;
      }
    }
    throw new HttpProblem('busy', { detail: 'The first request with this Idempotency-Key is still running.' });
  };
}

/**
 * Whether a repeated request is from the same browser. It has the flow cookie of the first request or the one that the
 * response set; or neither request has one, because the response was lost.
 */
function isSameBrowser({ token, given }: NonNullable<Repeatable['browser']>, kept: Kept): boolean {
  if (token === undefined) return kept.token === undefined;
  return token === (kept.token ?? given(kept.answer));
}

const digest = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
