import { newRowId } from '../../crypto/tokens.ts';
import { lockAccount } from '../../store/accounts.ts';
import type { Tx } from '../../store/database.ts';
import { hasActed, insertDeskAct } from '../../store/help-desk/desk-codes.ts';
import type { AdminDeps, AdminRequest } from './admin-context.ts';
import { AdminError } from './admin-error.ts';
import type { AdminVerb } from './roles.ts';

/** ms for which the same actor may not do both halves. */
const APART = 7 * 24 * 3_600_000;

/** What gives an actor a password of the account, and what gives one its second factor. Both together are the account. */
const passwordActs = ['resetPassword', 'letter'] as const satisfies readonly AdminVerb[];
const factorActs = ['resetFactors', 'issueCode'] as const satisfies readonly AdminVerb[];
type Act = (typeof passwordActs)[number] | (typeof factorActs)[number];

/** Refused since the same actor did the other half. It is recorded in the audit with the account. */
export class SameActorError extends AdminError {
  readonly accountId: string;
  constructor(accountId: string, message: string) {
    super('not-allowed', message);
    this.name = 'SameActorError';
    this.accountId = accountId;
  }
}

/**
 * Locks the account, and refuses the verb when the same actor did the other half of a takeover to it within seven days
 * (R83). In the transaction of the effect: of two calls at the same moment one waits and is refused. @throws SameActorError
 */
export async function keepApart(
  tx: Tx,
  { clock }: Pick<AdminDeps, 'clock'>,
  request: AdminRequest,
  { act, accountId }: { act: Act; accountId: string },
): Promise<void> {
  await lockAccount(tx, accountId);
  const isPassword = isPasswordAct(act);
  const verbs = isPassword ? factorActs : passwordActs;
  const actor = actorKey(request);
  if (!(await hasActed(tx, { accountId, actor, verbs, since: clock() - APART }))) return;
  const did = isPassword ? 'reset the factors or issued a code' : 'started a new password';
  const name = JSON.stringify(request.actor.name);
  throw new SameActorError(
    accountId,
    `The actor ${name} ${did} for this account within the last seven days: another helper or administrator may do this.`,
  );
}

/** Records the verb, for `keepApart` of the next seven days. */
export async function recordAct(
  tx: Tx,
  { clock, random }: Pick<AdminDeps, 'clock' | 'random'>,
  request: AdminRequest,
  { act, accountId }: { act: Act; accountId: string },
): Promise<void> {
  const at = clock();
  await insertDeskAct(tx, {
    id: newRowId(random, at),
    account_id: accountId,
    verb: act,
    actor: actorKey(request),
    at,
  });
}

const isPasswordAct = (act: Act): boolean => passwordActs.some((each) => each === act);

/** The name as it is compared, whatever its role: another spelling or role is the same actor. */
function actorKey({ actor }: AdminRequest): string {
  const name = actor.name.normalize('NFKC').trim().replace(/\s+/gu, ' ');
  // Up and down folds what has no lower case of its own, such as ß.
  return name.toUpperCase().toLowerCase();
}
