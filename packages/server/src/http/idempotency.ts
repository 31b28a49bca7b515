import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock } from '../crypto/tokens.ts';
import type { Logger } from '../runtime/log.ts';
import type { Database } from '../store/database.ts';
import { claim, findClaim, release, settle } from '../store/requests/idempotency.ts';
import { type Answer, HttpProblem, malformed } from './answer.ts';

/** ms that an answer is kept for repetitions. */
const KEPT = 60_000;
/** ms between the looks at whether the first request has its answer: soon at first, about three seconds in all. */
const LOOKS = [0, 25, 50, 100, 200, 400, 800, 1500];

/** Visible ASCII, as a header's value can carry it. */
const KEY = /^[\x21-\x7e]{1,128}$/;

/** One request that came with an `Idempotency-Key`. */
export interface Repeatable {
  header: string;
  /**
   * Who asks for what: method, path and the secrets that the request holds. Nobody else's key meets this one, so that no
   * answer, which may hold a token, ever reaches another (R4).
   */
  scope: readonly string[];
  /** The body as it was parsed. */
  body: unknown;
  /** The client's. */
  address: string;
  /** Refuses what can be refused before anything is done: such a request claims nothing (R93). */
  check(): Promise<void>;
  /** The browser, where the scope holds no secret; undefined for one that has no cookie of ours yet. */
  browser?: { token: string | undefined; given(answer: Answer): string | undefined };
}

/** What is kept, sealed. */
interface Kept {
  answer: Answer;
  /** The token of the browser's cookie when the request came. */
  token?: string;
}

/** `run` must not throw: what went wrong is an answer as well. */
export type Idempotency = (request: Repeatable, run: () => Promise<Answer>) => Promise<Answer>;

/**
 * The same request under the same key gets the same answer for 60 s, cookies included, and is carried out once: a lost
 * answer costs no second attempt (R7). Answers are kept sealed, since they may hold a session's token (R59). What failed
 * by itself (5xx, 429) is not kept: a repetition tries again.
 */
export function createIdempotency(deps: {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  logger: Logger;
}): Idempotency {
  const { database, keyring, clock, logger } = deps;

  const keep = async (key: string, kept: Kept): Promise<void> => {
    const passing = kept.answer.status >= 500 || kept.answer.status === 429;
    const sealed = passing ? undefined : keyring.seal(JSON.stringify(kept), ['idempotency', key]);
    await database.write((tx) => (sealed === undefined ? release(tx, key) : settle(tx, key, sealed)));
  };

  return async ({ header, scope, body, browser, address, check }, run) => {
    if (!KEY.test(header)) throw malformed('Idempotency-Key', '1 to 128 visible ASCII characters');
    const key = digest(header, ...scope);
    const requestHash = digest(JSON.stringify(body ?? null));
    // A repetition is answered as before, even where the request itself has made what is checked untrue.
    if (!(await findClaim(database.read, key, clock()))) await check();
    for (const wait of LOOKS) {
      if (wait > 0) await sleep(wait);
      const now = clock();
      const claimed = await database.write((tx) =>
        claim(tx, { key, requestHash, expiresAt: now + KEPT, now, address }),
      );
      if (claimed === 'claimed') {
        const answer = await run();
        // What was done is done: that it can't be told again must not look as if it had failed.
        const kept = { answer, ...(browser?.token === undefined ? {} : { token: browser.token }) };
        await keep(key, kept).catch(() => logger.warn({}, 'an answer could not be kept for repetitions'));
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
    throw new HttpProblem('busy', { detail: 'The first request under this Idempotency-Key still runs.' });
  };
}

/** It came with the cookie that it had then, or that it was given then, or has none since the answer was lost. */
function isSameBrowser({ token, given }: NonNullable<Repeatable['browser']>, kept: Kept): boolean {
  if (token === undefined) return kept.token === undefined;
  return token === (kept.token ?? given(kept.answer));
}

const digest = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
