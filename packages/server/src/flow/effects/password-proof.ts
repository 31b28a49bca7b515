import type { Duration } from '@tweestap/protocol';
import { HasherBusyError } from '../../accounts/hash-queue.ts';
import { passwordOf, type StoredPassword } from '../../accounts/password-hash.ts';
import { knownDeviceKey, newPasswordKey, passwordKey } from '../../locks/locks.ts';
import { notify } from '../../notices/notify.ts';
import type { Policy } from '../../organisations/schema.ts';
import { holdAccount, holdActiveAccount, lockAccount } from '../../store/accounts/hold-account.ts';
import { setPasswordHash } from '../../store/accounts/passwords.ts';
import { deleteBrowser, devicesOnBrowser, forgetDevice } from '../../store/devices.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type Counted, type Effect, effect, type PortalUsers, type StepContext } from '../rules/step-definition.ts';

/**
 * The counter of wrong passwords. It is that of the typed name, whether an account has it or not. A known device of the
 * account has its own counter, so a stranger elsewhere can't lock the user out (D7, R44).
 */
export async function passwordCounted(context: StepContext): Promise<Counted> {
  const { policy } = await context.organisation();
  const account = await context.account();
  const visitor = await context.visitor();
  const limit = { by: 'password', hardLimit: policy.locks.hard, tells: false } as const;
  if (account && visitor && 'known' in visitor) {
    const { id } = visitor.known;
    // At the cap the device is forgotten. The next attempt counts under the name, which may not be locked.
    const forget = effect((tx) => forgetDevice(tx, account.id, id));
    return {
      ...limit,
      key: knownDeviceKey(account.id, id),
      atHardLimit: () => ({ facts: context.facts, effects: [forget] }),
    };
  }
  const { organisation = '' } = context.facts;
  return { ...limit, clears: 'soft', key: passwordKey(organisation, await context.nameKey()) };
}

/** An account whose password was proven. The effects belong in the transaction of the proof. */
interface PasswordProof {
  account: AccountRow;
  effects: Effect[];
}

/**
 * Verifies the password of an account. Returns undefined for a wrong one. For an unknown, disabled or not yet activated
 * account it takes the same time as for a wrong password (R53, R54).
 */
export async function provePassword(password: string, context: StepContext): Promise<PasswordProof | undefined> {
  const { key } = await passwordCounted(context);
  return await context.underFloor(key, () => evaluate(password, context));
}

/** Whether a new password equals the present one. It takes the same time as the verification of a password (R54). */
export async function isPresentPassword(
  password: string,
  account: AccountRow,
  { hasher, underFloor, portal }: StepContext,
): Promise<boolean> {
  const owner = await portal?.ownerOf(account);
  if (portal && owner) return await portal.verify(owner, password);
  const stored = passwordOf(account);
  if (!stored) return false;
  const { ok } = await underFloor(newPasswordKey(account.id), () => hasher.verify(stored, password));
  return ok;
}

async function evaluate(password: string, context: StepContext): Promise<PasswordProof | undefined> {
  if (context.portal) return await evaluateInPortal(password, context, context.portal);
  const account = await context.account();
  const stored = account && passwordOf(account);
  if (!account || !stored) {
    await context.hasher.decoy(password);
    return undefined;
  }
  const { ok, rehash } = await context.hasher.verify(stored, password);
  if (!ok || account.state !== 'active') return undefined;
  const recheck: Effect = {
    lost: 'wrong-credentials',
    first: true,
    async apply(tx) {
      // Locks the row for writing first. Otherwise two logins that read the row and then write it would deadlock.
      if (rehash) await lockAccount(tx, account.id);
      return (await holdActiveAccount(tx, context.dialect, account.id, stored.hash)) !== undefined;
    },
  };
  return { account, effects: [recheck, ...(rehash ? await renewHash(password, account.id, stored, context) : [])] };
}

/**
 * Verifies the password of a user of the portal. The account is made only now, so a stranger who knows names makes none. What
 * the account had before, such as a factor of an earlier login, is read from it afterwards.
 */
async function evaluateInPortal(
  password: string,
  context: StepContext,
  portal: PortalUsers,
): Promise<PasswordProof | undefined> {
  const user = await portal.user();
  if (!user || !(await portal.verify(user, password)) || !user.isActive) return undefined;
  const account = await portal.accountOf(user);
  // R92: the portal has changed the password since it was verified.
  if (account.external_changed_at !== user.passwordChangedAt) return undefined;
  if (account.state !== 'active') return undefined;
  const recheck: Effect = {
    lost: 'wrong-credentials',
    first: true,
    apply: async (tx) => (await holdAccount(tx, context.dialect, account.id))?.state === 'active',
  };
  return { account, effects: [recheck] };
}

/** Replaces a hash of another system, or with outdated parameters, when the correct password is known (R62). */
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

/**
 * How long the user's devices are remembered: the user's own choice where the present policy allows it, otherwise the
 * policy's default (R37).
 */
export function rememberFor(
  account: Pick<AccountRow, 'remember_for'>,
  { remember }: Pick<Policy, 'remember'>,
): Duration {
  return remember.choices.find((choice) => choice === account.remember_for) ?? remember.default;
}

/**
 * The effect of a replayed device token (R40). The token was copied, so the browser is forgotten for all its accounts, and
 * their users are notified.
 */
export function replayEffect(browserId: string, { now, random }: Pick<StepContext, 'now' | 'random'>): Effect {
  return effect(async (tx) => {
    const devices = await devicesOnBrowser(tx, browserId);
    await deleteBrowser(tx, browserId);
    for (const { account_id: accountId, organisation_id: organisationId, name } of devices) {
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
