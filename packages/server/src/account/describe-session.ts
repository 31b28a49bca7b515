import type { Session } from '@tweestap/protocol';
import { assuranceOfSession } from '../sessions/sessions.ts';
import { getAccount } from '../store/accounts.ts';
import type { Db } from '../store/database.ts';
import type { AccountRow, SessionRow } from '../store/schema.ts';

/** A session as its user and the portal see it; undefined when the account is gone. */
export async function describeSession(read: Db, row: SessionRow): Promise<Session | undefined> {
  const account = await getAccount(read, row.organisation_id, row.account_id);
  if (!account) return undefined;
  const { amr, acr, factorTime, recovery } = assuranceOfSession(row);
  return {
    user: describeUser(account),
    amr,
    acr,
    authTime: instant(row.auth_time),
    ...(factorTime === null ? {} : { factorTime: instant(factorTime) }),
    recovery,
    expiresAt: instant(row.expires_at),
  };
}

/** The user of an account, as the wire has it. */
export const describeUser = ({ id, organisation_id, username, name }: AccountRow): Session['user'] => ({
  id,
  organisation: organisation_id,
  username,
  ...(name === null ? {} : { name }),
});

/** Milliseconds since the epoch as RFC 3339. */
export const instant = (at: number): string => new Date(at).toISOString();
