import type { Tx } from '../database.ts';
import type { DeskActRow } from '../schema.ts';

export async function insertDeskAct(tx: Tx, row: DeskActRow): Promise<void> {
  await tx.insertInto('desk_acts').values(row).execute();
}

/** Whether this actor used one of these verbs on the account at `since` or later (ms since the epoch). */
export async function hasActed(
  tx: Tx,
  { accountId, actor, verbs, since }: { accountId: string; actor: string; verbs: readonly string[]; since: number },
): Promise<boolean> {
  const found = await tx
    .selectFrom('desk_acts')
    .select('id')
    .where('account_id', '=', accountId)
    .where('at', '>=', since)
    .where('actor', '=', actor)
    .where('verb', 'in', verbs)
    .executeTakeFirst();
  return found !== undefined;
}
