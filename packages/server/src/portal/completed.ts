import type { Acr, Amr } from '@tweestap/protocol';
import { sameHash } from '../crypto/tokens.ts';
import { CLOCK_SLACK, FINISHED_FLOW_SHOWN_MS } from '../flow/open-flow.ts';
import { readFacts } from '../flow/rules/facts.ts';
import type { HttpDeps } from '../http/route-table.ts';
import { holdAccount } from '../store/accounts/hold-account.ts';
import type { Db } from '../store/database.ts';
import { findFlow } from '../store/flows.ts';
import { useOnce } from '../store/requests/used-ids.ts';

/** A login that the portal began and that its user has finished. */
export interface CompletedLogin {
  /** The portal's id of the user. */
  userId: string;
  /** The id of the flow, as `beginFor` returned it. */
  flow: string;
  /** The id of the account. */
  accountId: string;
  /** The id of the organisation. */
  organisation: string;
  /** How the user was authenticated (RFC 8176). `pwd` is the portal's password. */
  amr: Amr[];
  /** `aal2` after a second factor in this login, otherwise `aal1`: a remembered device or a deferred enrolment. */
  acr: Acr;
  /** When the login was finished. */
  finishedAt: Date;
}

/** The login that a request asks for. */
interface Asked {
  /** The id of the flow. */
  flow: string;
  /** The hash of the browser's flow cookie. */
  browserHash: string;
  /** The user whom the portal expects; undefined for any. */
  userId: string | undefined;
}

/**
 * Returns a finished login that the portal began, once. It belongs to this browser and to the expected user: otherwise the
 * user of one pending session could release another one by a second step of their own.
 */
export async function takeCompleted(
  { database, clock }: Pick<HttpDeps, 'database' | 'clock'>,
  asked: Asked,
): Promise<CompletedLogin | undefined> {
  const now = clock();
  const login = await finishedLogin(database.read, asked, now);
  if (!login) return undefined;
  const expiresAt = login.finishedAt.getTime() + FINISHED_FLOW_SHOWN_MS;
  return await database.write(async (tx) => {
    const account = await holdAccount(tx, database.dialect, login.accountId);
    if (account?.state !== 'active' || account.external_id !== login.userId) return undefined;
    return (await useOnce(tx, { kind: 'completed', id: login.flow, expiresAt })) ? login : undefined;
  });
}

async function finishedLogin(read: Db, asked: Asked, now: number): Promise<CompletedLogin | undefined> {
  const row = await findFlow(read, asked.flow);
  if (!row || !sameHash(row.browser_hash, asked.browserHash)) return undefined;
  const { ended_at: endedAt } = row;
  const { begun, result, person, organisation } = readFacts(row.facts);
  if (endedAt === null || !begun || !result || !('acr' in result) || !person || !organisation) return undefined;
  // R86: a clock that was set back makes no login valid for longer.
  if (now - endedAt >= FINISHED_FLOW_SHOWN_MS || now < endedAt - CLOCK_SLACK) return undefined;
  if (asked.userId !== undefined && begun.user !== asked.userId) return undefined;
  const { amr, acr } = result;
  const finishedAt = new Date(endedAt);
  return { userId: begun.user, flow: row.id, accountId: person.id, organisation, amr, acr, finishedAt };
}
