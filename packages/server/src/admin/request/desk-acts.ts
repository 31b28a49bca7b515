import { newRowId } from '../../crypto/tokens.ts';
import { lockAccount } from '../../store/accounts/hold-account.ts';
import type { Tx } from '../../store/database.ts';
import { hasActed, insertDeskAct } from '../../store/help-desk/desk-codes.ts';
import type { AdminDeps, AdminRequest } from './admin-context.ts';
import { AdminError } from './admin-error.ts';
import type { AdminVerb } from './roles.ts';

/** ms after one kind of act in which the same actor may not do the other kind. */
const APART = 7 * 24 * 3_600_000;

/**
 * The acts that can give an actor a password of the account, and those that can give it a second factor. Both together
 * give full access to the account.
 */
const passwordActs = ['resetPassword', 'letter'] as const satisfies readonly AdminVerb[];
const factorActs = ['resetFactors', 'issueCode'] as const satisfies readonly AdminVerb[];
type Act = (typeof passwordActs)[number] | (typeof factorActs)[number];

/** A verb was refused because the same actor did the other kind of act. The audit records it with the account. */
export class SameActorError extends AdminError {
  /** The id of the account. */
  readonly accountId: string;
  constructor(accountId: string, message: string) {
    super('not-allowed', message);
    this.name = 'SameActorError';
    this.accountId = accountId;
  }
}

/**
 * Locks the account, and refuses the verb if the same actor did the other kind of act on it within seven days (R83). It
 * runs in the transaction of the effect, so that one of two concurrent calls waits and is refused. @throws
 * SameActorError
 */
export async function refuseSameActor(
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
    `The actor ${name} ${did} for this account within the last seven days: ask another helper or administrator.`,
  );
}

/** Records the act, for `refuseSameActor` during the next seven days. */
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

/** Returns the key by which actors are compared. Another spelling or another role is the same actor. */
function actorKey({ actor }: AdminRequest): string {
  const name = actor.name.normalize('NFKC').trim().replace(/\s+/gu, ' ');
  // Upper case first: it folds letters such as ß, which becomes SS and then ss.
  return name.toUpperCase().toLowerCase();
}
