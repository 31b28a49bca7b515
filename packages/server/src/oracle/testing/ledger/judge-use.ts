import assert from 'node:assert/strict';
import type { Ledger } from './ledger.ts';
import type { SessionRecord } from './records.ts';
import type { User } from './users.ts';
import type { Reply } from './wire.ts';

interface Use {
  /** What `GET /session` and `GET /account` answered. */
  shown: Reply;
  account: Reply;
  now: number;
}

/** A session was used: it works while it lives, says what is true, and works no more once it has ended (R69, R71). */
export function judgeUse(ledger: Ledger, token: string, { shown, account, now }: Use): 'alive' | 'dead' | undefined {
  const record = ledger.sessions.get(token);
  const statuses = [shown.status, account.status];
  if (!record || !ledger.session(token, now) || record.user.state !== 'active') {
    assert.deepEqual(
      statuses,
      [401, 401],
      `a session works that has ended: ${record?.dead ?? 'its time is over'} (R71)`,
    );
    return 'dead';
  }
  // Of a clock that was set back to where it still lived nothing is promised.
  if (now < record.authTime || record.over) return undefined;
  assert.deepEqual(statuses, [200, 200], 'a session does not work that lives');
  judgeSession(record, shown);
  judgeAccount(record, account);
  return 'alive';
}

const instant = (ms: number): string => new Date(ms).toISOString();

function judgeSession(record: SessionRecord, { body }: Reply): void {
  const { user, amr, acr, factorTime, recovery, authTime, expires } = record;
  const { user: holder, ...rest } = body.session ?? { user: {} };
  assert.deepEqual([holder.id, holder.organisation], [user.id, user.organisation.id], 'a session of another user');
  const expected = { amr, acr, recovery, authTime: instant(authTime), expiresAt: instant(expires) };
  const proven = factorTime === undefined ? {} : { factorTime: instant(factorTime) };
  assert.deepEqual(rest, { ...expected, ...proven }, 'a session says another assurance (R69)');
}

function judgeAccount({ user }: SessionRecord, { body: { factors = [], recoveryCodesLeft } }: Reply): void {
  if (user.doubtful) settleDoubt(user, factors, recoveryCodesLeft);
  const left = [factors.length, recoveryCodesLeft];
  assert.deepEqual(left, [user.authenticators.length, user.codes.size], 'an account has other factors than its user');
  for (const { id, name } of factors) {
    const found = user.authenticators.find((each) => each.name === name);
    if (found) found.id = id;
  }
}

/** Whether a cap has ended an authenticator or the recovery codes is the one thing that the ledger can't reckon. */
function settleDoubt(
  user: User,
  factors: NonNullable<Reply['body']['factors']>,
  recoveryCodesLeft: number | undefined,
): void {
  user.doubtful = undefined;
  user.authenticators = user.authenticators.filter(({ id, name }) =>
    factors.some((factor) => factor.id === id || factor.name === name),
  );
  if (recoveryCodesLeft === 0) user.codes = new Set();
}
