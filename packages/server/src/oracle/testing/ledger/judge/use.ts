import assert from 'node:assert/strict';
import type { Ledger } from '../ledger.ts';
import type { SessionRecord } from '../records.ts';
import { countOf, type User } from '../users.ts';
import type { Reply } from '../wire.ts';

/** The answer of a page of the portal. */
export interface Page {
  /** The client whose sessions the page accepts as well; undefined: of none. */
  client: string | undefined;
  /** The status of the answer. */
  status: number;
}

interface Use {
  /** The answer to `GET /session`. */
  shown: Reply;
  /** The answer to `GET /account`. */
  account: Reply;
  /** The pages that the session of a client opened. */
  portal: readonly Page[];
  /** The time of the use, in ms since the epoch. */
  now: number;
}

/** The verdict on a use: the session works, it has ended, a request was answered 503, or the use is not judged. */
type UseVerdict = 'alive' | 'dead' | 'busy' | 'not judged';

/**
 * Judges the use of a session: it works while it lives, shows the true assurance, and is refused after its end (R69, R71).
 * An answer 503 is allowed at any time, because the server fails closed (R49), so it is not judged.
 */
export function judgeUse(ledger: Ledger, token: string, { shown, account, portal, now }: Use): UseVerdict {
  const record = ledger.sessions.get(token);
  const judged = [shown, account].filter(({ status }) => status !== 503);
  const verdict = judged.length < 2 ? 'busy' : undefined;
  if (!record || !ledger.session(token, now) || record.user.state !== 'active') {
    for (const { status } of judged) {
      assert.equal(status, 401, `a session works after its end: ${record?.dead ?? 'it has expired'} (R71)`);
    }
    for (const { status } of portal)
      assert.ok(status === 401 || status === 503, 'an ended session opened a page (R71)');
    return verdict ?? 'dead';
  }
  // After the clock was set back into its lifetime, the session may work or not.
  if (now < record.authTime || record.over || ledger.isNearlyIdle(record, now)) return verdict ?? 'not judged';
  if (record.client !== undefined) return verdict ?? judgeClient(record, { shown, account, portal });
  for (const { status } of judged) assert.equal(status, 200, 'a live session does not work');
  if (shown.status === 200) judgeSession(record, shown);
  if (account.status === 200) judgeAccount(record, account);
  return verdict ?? 'alive';
}

/** The session of a client shows its client, and is refused by the account (R94). */
function judgeClient(record: SessionRecord, { shown, account, portal }: Omit<Use, 'now'>): UseVerdict {
  assert.equal(shown.status, 200, 'a live session of a client does not work');
  assert.equal(account.status, 403, 'the session of a client opened the account (R94)');
  judgeSession(record, shown);
  for (const { client, status } of portal) {
    const isOwn = client === record.client && record.user.organisation.clients.some(({ id }) => id === client);
    if (status !== 503)
      assert.equal(status, isOwn ? 200 : 403, 'a page was opened by the session of another client (R94)');
  }
  return 'alive';
}

const instant = (ms: number): string => new Date(ms).toISOString();

function judgeSession(record: SessionRecord, { body }: Reply): void {
  const { user, amr, acr, factorTime, recovery, authTime, expires, client } = record;
  const { user: shownUser, ...rest } = body.session ?? { user: {} };
  assert.deepEqual(
    [shownUser.id, shownUser.organisation],
    [user.id, user.organisation.id],
    'the session belongs to another user',
  );
  const expected = { amr, acr, recovery, authTime: instant(authTime), expiresAt: instant(expires) };
  const proven = factorTime === undefined ? {} : { factorTime: instant(factorTime) };
  const began = client === undefined ? {} : { client };
  assert.deepEqual(rest, { ...expected, ...proven, ...began }, 'the session shows a wrong assurance (R69)');
}

function judgeAccount({ user }: SessionRecord, { body: { factors = [], recoveryCodesLeft } }: Reply): void {
  if (user.doubtful) settleDoubt(user, factors, recoveryCodesLeft);
  const left = [factors.length, recoveryCodesLeft];
  assert.deepEqual(left, [countOf(user), user.codes.size], 'the account shows other factors than the user has');
  for (const { id, name } of factors) {
    const own = [...user.authenticators, ...user.passkeys, ...user.phones];
    const found = own.find((each) => each.name === name) ?? user.passkeys.find((each) => each.name === undefined);
    if (found) Object.assign(found, { id, name });
  }
}

/** Takes over from the answer whether a cap has disabled an authenticator or the recovery codes: the ledger can't derive it. */
function settleDoubt(
  user: User,
  factors: NonNullable<Reply['body']['factors']>,
  recoveryCodesLeft: number | undefined,
): void {
  user.doubtful = undefined;
  // A user has one phone number at most.
  user.authenticators = user.authenticators.filter(({ id, name, number }) =>
    factors.some((factor) =>
      number === undefined ? factor.id === id || factor.name === name : factor.method === 'sms',
    ),
  );
  user.passkeys = user.passkeys.filter(
    ({ id, name }) => name === undefined || factors.some((factor) => factor.id === id || factor.name === name),
  );
  if (recoveryCodesLeft === 0) user.codes = new Set();
  // The codes by hand of a phone are not shown, so whether the cap has disabled them stays open.
  for (const { codes } of user.phones) if (codes) codes.isUncertain = true;
}
