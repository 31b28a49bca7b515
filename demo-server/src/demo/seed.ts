import { type Admin, AdminError } from '@tweestap/server';
import { demoAccounts } from './accounts.ts';

const request = { actor: { role: 'administrator', name: 'demo' }, reason: 'the demo’s own people' } as const;

/** Adds the people of the demo at its first start; one that was stopped halfway goes on. */
export async function seed(admin: Pick<Admin, 'find' | 'addPerson' | 'invite'>): Promise<void> {
  const last = demoAccounts.at(-1);
  if (!last || (await exists(admin, last))) return;
  for (const { state, password, ...person } of demoAccounts) {
    const isInvited = state === 'invited';
    const asked = { ...request, ...person, ...(isInvited ? {} : { password }) };
    const added = await unless('taken', () => admin.addPerson(asked));
    const { organisation, username: account } = person;
    if (added && isInvited) await admin.invite({ ...request, organisation, account });
  }
}

const exists = async (
  admin: Pick<Admin, 'find'>,
  { organisation, username }: { organisation: string; username: string },
) => (await unless('unknown-account', () => admin.find({ ...request, organisation, account: username }))) !== undefined;

/** What the work gives; undefined when it is refused for that reason. */
async function unless<T>(code: AdminError['code'], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AdminError && error.code === code) return undefined;
    throw error;
  }
}
