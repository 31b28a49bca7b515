import { type Admin, AdminError } from '@tweestap/server';
import { type DemoPasskey, type DemoPhone, demoAccounts } from '../data/accounts.ts';

const request = { actor: { role: 'administrator', name: 'demo' }, reason: 'seed data of the demo' } as const;

/** Adds the accounts of the demo at the first start. If that start was interrupted, the next start adds the remaining accounts. */
export async function seed(admin: Pick<Admin, 'find' | 'addUser' | 'invite'>): Promise<void> {
  const last = demoAccounts.at(-1);
  if (!last || (await exists(admin, last))) return;
  for (const { state, password, passkey, phone, ...user } of demoAccounts) {
    const isInvited = state === 'invited';
    const { privateKey: _, ...imported } = passkey ?? { privateKey: '' };
    const passkeys = passkey ? { passkeys: [imported as Omit<DemoPasskey, 'privateKey'>] } : {};
    const account = { ...request, ...user, ...(isInvited ? {} : { password }), ...passkeys, ...phonesOf(phone) };
    const added = await unless('taken', () => admin.addUser(account));
    if (!added || !isInvited) continue;
    await admin.invite({ ...request, organisation: user.organisation, account: user.username });
  }
}

function phonesOf(phone: DemoPhone | undefined) {
  if (!phone) return {};
  const { d: _, ...publicKey } = phone.key;
  return { phones: [{ publicKey, name: phone.name, totpSecret: phone.totpSecret }] };
}

const exists = async (
  admin: Pick<Admin, 'find'>,
  { organisation, username }: { organisation: string; username: string },
) => (await unless('unknown-account', () => admin.find({ ...request, organisation, account: username }))) !== undefined;

/** The result of the work, or undefined when it is refused with that code. */
async function unless<T>(code: AdminError['code'], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AdminError && error.code === code) return undefined;
    throw error;
  }
}
