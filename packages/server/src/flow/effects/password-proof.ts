import type { Duration } from '@tweestap/protocol';
import { HasherBusyError } from '../../accounts/hash-queue.ts';
import { passwordOf, type StoredPassword } from '../../accounts/password-hash.ts';
import { knownDeviceKey, newPasswordKey, passwordKey } from '../../locks/locks.ts';
import { notify } from '../../notices/notify.ts';
import type { Policy } from '../../organisations/schema.ts';
import { holdActiveAccount, lockAccount, setPasswordHash } from '../../store/accounts.ts';
import { deleteBrowser, devicesOnBrowser, forgetDevice } from '../../store/devices.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type Counted, type Effect, effect, type StepContext } from '../rules/step-definition.ts';

/**
 * What wrong passwords are counted under: the name as it was typed, existing or not; on a browser that the account is
 * known on, that browser's own count, so that a stranger elsewhere can't keep the owner out (D7, R44).
 */
export async function passwordCounted(context: StepContext): Promise<Counted> {
  const { policy } = await context.organisation();
  const account = await context.account();
  const visitor = await context.visitor();
  const limit = { by: 'password', hardLimit: policy.locks.hard, tells: false } as const;
  if (account && visitor && 'known' in visitor) {
    const { id } = visitor.known;
    // At the cap the browser is a stranger's like any other: the next attempt counts under the name, which may be free.
    const forget = effect((tx) => forgetDevice(tx, account.id, id));
    return {
      ...limit,
      key: knownDeviceKey(account.id, id),
      atHardLimit: () => ({ facts: context.facts, effects: [forget] }),
    };
  }
  const { organisation = '', account: typed } = context.facts;
  return { ...limit, clears: 'soft', key: passwordKey(organisation, account?.username_key ?? typed?.key ?? '') };
}

/** An account whose password was proven. The effects belong in the transaction of the proof. */
interface PasswordProof {
  account: AccountRow;
  effects: Effect[];
}

/**
 * Whether a password is the account's. Unknown, disabled and not yet activated accounts take what a wrong password takes
 * (R53, R54).
 */
export async function provePassword(password: string, context: StepContext): Promise<PasswordProof | undefined> {
  const { key } = await passwordCounted(context);
  return await context.underFloor(key, () => judge(password, context));
}

/** Whether a new password is the one that the account has; takes what a password answer takes (R54). */
export async function isPresentPassword(
  password: string,
  account: AccountRow,
  { hasher, underFloor }: StepContext,
): Promise<boolean> {
  const stored = passwordOf(account);
  if (!stored) return false;
  const { ok } = await underFloor(newPasswordKey(account.id), () => hasher.verify(stored, password));
  return ok;
}

async function judge(password: string, context: StepContext): Promise<PasswordProof | undefined> {
  const account = await context.account();
  const stored = account && passwordOf(account);
  if (!account || !stored) {
    await context.hasher.decoy(password);
    return undefined;
  }
  const { ok, rehash } = await context.hasher.verify(stored, password);
  if (!ok || account.state !== 'active') return undefined;
  const stands: Effect = {
    lost: 'wrong-credentials',
    first: true,
    async apply(tx) {
      // Two logins that both read the row and then both want to write it would wait for each other.
      if (rehash) await lockAccount(tx, account.id);
      return (await holdActiveAccount(tx, context.dialect, account.id, stored.hash)) !== undefined;
    },
  };
  return { account, effects: [stands, ...(rehash ? await renewHash(password, account.id, stored, context) : [])] };
}

/** A hash of another system or of outdated parameters is replaced once its password is known (R62). */
async function renewHash(
  password: string,
  id: string,
  stored: StoredPassword,
  context: StepContext,
): Promise<Effect[]> {
  try {
    const renewed = await context.hasher.hash(password);
    return [effect((tx) => setPasswordHash(tx, id, renewed, context.now, stored.hash))];
  } catch (error) {
    // The old hash still works, and the next login tries again.
    if (error instanceof HasherBusyError) return [];
    throw error;
  }
}

/** How long a tick remembers this person's devices: her own choice within today's policy, else the policy's default (R37). */
export function rememberFor(
  account: Pick<AccountRow, 'remember_for'>,
  { remember }: Pick<Policy, 'remember'>,
): Duration {
  return remember.choices.find((choice) => choice === account.remember_for) ?? remember.default;
}

/** An older device token came round again: one of two holders stole it, so the series ends and its people are told (R40). */
export function replayEffect(browserId: string, { now, random }: Pick<StepContext, 'now' | 'random'>): Effect {
  return effect(async (tx) => {
    const people = await devicesOnBrowser(tx, browserId);
    await deleteBrowser(tx, browserId);
    for (const { account_id: accountId, organisation_id: organisationId, name } of people) {
      await notify(tx, {
        notice: 'device-replayed',
        organisationId,
        accountId,
        at: now,
        random,
        data: { device: name },
      });
    }
  });
}
