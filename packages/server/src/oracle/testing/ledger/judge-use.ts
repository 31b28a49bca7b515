import assert from 'node:assert/strict';
import type { Ledger } from './ledger.ts';
import type { SessionRecord } from './records.ts';
import { countOf, type User } from './users.ts';
import type { Reply } from './wire.ts';

interface Use {
  /** The answer to `GET /session`. */
  shown: Reply;
  /** The answer to `GET /account`. */
  account: Reply;
  /** The time of the use, in ms since the epoch. */
  now: number;
}

/** The verdict on a use: the session works, it has ended, a request was answered 503, or the use is not judged. */
type UseVerdict = 'alive' | 'dead' | 'busy' | 'not judged';

/**
 * Judges the use of a session: it works while it lives, shows the true assurance, and is refused after its end (R69, R71).
 * An answer 503 is allowed at any time, because the server fails closed (R49), so it is not judged.
 */
export function judgeUse(ledger: Ledger, token: string, { shown, account, now }: Use): UseVerdict {
  const record = ledger.sessions.get(token);
  const judged = [shown, account].filter(({ status }) => status !== 503);
  const verdict = judged.length < 2 ? 'busy' : undefined;
  if (!record || !ledger.session(token, now) || record.user.state !== 'active') {
    for (const { status } of judged) {
      assert.equal(status, 401, `a session works after its end: ${record?.dead ?? 'it has expired'} (R71)`);
    }
    return verdict ?? 'dead';
  }
  // After the clock was set back into its lifetime, the session may work or not.
  if (now < record.authTime || record.over) return verdict ?? 'not judged';
  for (const { status } of judged) assert.equal(status, 200, 'a live session does not work');
  if (shown.status === 200) judgeSession(record, shown);
  if (account.status === 200) judgeAccount(record, account);
  return verdict ?? 'alive';
}

const instant = (ms: number): string => new Date(ms).toISOString();

function judgeSession(record: SessionRecord, { body }: Reply): void {
  const { user, amr, acr, factorTime, recovery, authTime, expires } = record;
  const { user: shownUser, ...rest } = body.session ?? { user: {} };
  assert.deepEqual(
    [shownUser.id, shownUser.organisation],
    [user.id, user.organisation.id],
    'the session belongs to another user',
  );
  const expected = { amr, acr, recovery, authTime: instant(authTime), expiresAt: instant(expires) };
  const proven = factorTime === undefined ? {} : { factorTime: instant(factorTime) };
  assert.deepEqual(rest, { ...expected, ...proven }, 'the session shows a wrong assurance (R69)');
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
  user.authenticators = user.authenticators.filter(({ id, name }) =>
    factors.some((factor) => factor.id === id || factor.name === name),
  );
  user.passkeys = user.passkeys.filter(
    ({ id, name }) => name === undefined || factors.some((factor) => factor.id === id || factor.name === name),
  );
  if (recoveryCodesLeft === 0) user.codes = new Set();
}
