import { makeSigningKey } from '../../assertion/signing-keys.ts';
import { addSigningKey, deleteSigningKey, listSigningKeys } from '../../store/signing-keys.ts';
import { type AdminDeps, type AdminRequest, recordVerb } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';

/** The result of `replaceSigningKeys`. */
export interface SigningKeysReplaced {
  /** The id of the key that signs from now on, which assertions have as their `kid`. */
  key: string;
  /** The ids of the keys that were deleted. */
  removed: string[];
}

/**
 * Deletes every key that signs assertions, and adds one that signs at once: for a key that may be stolen (R74). Assertions that
 * were signed before, and not yet redeemed, become invalid. A portal that keeps a copy of the published keys accepts the old ones
 * until it fetches them again. @throws AdminError
 */
export async function replaceSigningKeys(deps: AdminDeps, request: AdminRequest): Promise<SigningKeysReplaced> {
  return await deps.database.write(async (tx) => {
    const rows = await listSigningKeys(tx);
    for (const { id } of rows) await deleteSigningKey(tx, id);
    const now = deps.clock();
    const generation = (rows.at(-1)?.generation ?? 0) + 1;
    const made = await makeSigningKey(deps.keyring, { generation, now, signsFrom: now });
    const isAdded = await addSigningKey(tx, made);
    // On PostgreSQL, others may have replaced the keys since they were read here, more than once.
    const isAlone = (await listSigningKeys(tx)).length === 1;
    if (!isAdded || !isAlone)
      throw new AdminError('busy', 'The signing keys were changed at the same time. Try again.');
    const replaced = { key: made.id, removed: rows.map(({ id }) => id) };
    await recordVerb(tx, deps, request, { event: 'admin-replace-signing-keys', detail: replaced });
    return replaced;
  });
}
