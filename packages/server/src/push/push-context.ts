import type { ProblemCode } from '@tweestap/protocol';
import type { Keyring } from '../crypto/keyring.ts';
import type { Clock, Random } from '../crypto/tokens.ts';
import type { Registry } from '../flow/rules/factor.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { getAccount } from '../store/accounts/accounts.ts';
import type { Database, Db } from '../store/database.ts';
import { getOrganisation } from '../store/organisations.ts';
import type { AccountRow } from '../store/schema.ts';

/** What the functions of a phone need. */
export interface PushDeps {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  random: Random;
  registry: Registry;
  /** The URL that links begin with, without a trailing slash (R33). */
  baseUrl: string;
}

/** Where a request of a phone comes from, for the audit. */
export interface PushCaller {
  /** The client's address; an IPv6 address as its /64 (R45). */
  address: string;
  correlationId: string;
}

/** A request of a phone was refused. */
export class PushError extends Error {
  override readonly name = 'PushError';
  /** The code of the problem. */
  readonly code: ProblemCode;
  /** Seconds, for `throttled`. */
  readonly retryAfter: number | undefined;
  constructor(code: ProblemCode, retryAfter?: number) {
    super(`The phone was refused: ${code}.`);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** An account with its organisation. */
export interface Owner {
  account: AccountRow;
  organisation: OrganisationDefinition;
}

/** The active account of a row of a device, link or request. @throws PushError `not-found` */
export async function ownerOf(
  read: Db,
  { account_id, organisation_id }: { account_id: string; organisation_id: string },
): Promise<Owner> {
  const account = await getAccount(read, organisation_id, account_id);
  const organisation = account?.state === 'active' ? await getOrganisation(read, organisation_id) : undefined;
  if (!account || !organisation) throw new PushError('not-found');
  return { account, organisation };
}
