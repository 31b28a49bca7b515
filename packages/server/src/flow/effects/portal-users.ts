import type { Clock, Random } from '../../crypto/tokens.ts';
import type { CheckedDirectory, CheckedUser } from '../../directory/directory.ts';
import { shadowOf } from '../../directory/shadow.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import { isLive } from '../../sessions/sessions.ts';
import { holdAccount } from '../../store/accounts/hold-account.ts';
import type { Database } from '../../store/database.ts';
import { isOpenLink } from '../../store/links.ts';
import { releaseId, useOnce } from '../../store/requests/used-ids.ts';
import type { AccountRow } from '../../store/schema.ts';
import { holdSession } from '../../store/sessions.ts';
import type { Facts } from '../rules/facts.ts';
import { Conflict, type PortalUsers } from '../rules/step-definition.ts';

/** What the users of the portal depend on. */
interface PortalDeps {
  parts: { database: Database; clock: Clock; random: Random; directory: CheckedDirectory };
  request: { address: string };
  facts: Facts;
  /** The flow and its version. A submission that is stored raises the version. */
  flow: { id: string; version: number };
  organisation(): Promise<OrganisationDefinition>;
  /** The account of the flow's user, once it is known. */
  known(): Promise<AccountRow | undefined>;
}

/** The users of the portal, for one input of a flow. The user of the flow is looked up once. */
export function portalUsers(deps: PortalDeps): PortalUsers {
  const { parts, request, facts, organisation, known } = deps;
  const { directory } = parts;
  const { setPassword } = directory;
  let own: Promise<CheckedUser | undefined> | undefined;
  const findOwn = async (): Promise<CheckedUser | undefined> => {
    const where = await organisation();
    const account = facts.person && (await known());
    if (account) return await ownerOf(directory, where, account);
    return facts.account && (await directory.find(where, facts.account.username));
  };
  const user = (): Promise<CheckedUser | undefined> => {
    own ??= findOwn();
    return own;
  };
  return {
    user,
    find: async (username) => await directory.find(await organisation(), username),
    findByEmail: async (email) => await directory.findByEmail(await organisation(), email),
    ownerOf: async (account) => await ownerOf(directory, await organisation(), account),
    accountOf: async (found) => {
      const where = await organisation();
      return await shadowOf(parts, where.id, found, async () => await directory.find(where, found.username));
    },
    verify: async (found, password) =>
      await directory.verifyPassword(found, password, {
        organisation: (await organisation()).id,
        address: request.address,
      }),
    ...(setPassword
      ? {
          async setPassword(found, account, password) {
            await underClaim(deps, account, () => setPassword(found, password));
            return (await directory.find(await organisation(), found.username))?.passwordChangedAt ?? null;
          },
        }
      : {}),
  };
}

/** In ms: the longest time that a new password takes. A process that is killed meanwhile blocks its flow for this long. */
const CLAIM_MS = 60_000;

/**
 * Changes the portal, on which no transaction of ours can depend. Of parallel submissions of a flow only one gets to do it, and
 * only while the account, the session and the link of the flow are valid. The transaction that records the new password checks
 * them again (R92). @throws Conflict
 */
async function underClaim(
  { parts: { database, clock }, facts, flow }: PortalDeps,
  account: AccountRow,
  change: () => Promise<void>,
): Promise<void> {
  const claim = { kind: 'portal-password', id: `${flow.id} ${flow.version}` };
  await database.write(async (tx) => {
    const now = clock();
    const held = await holdAccount(tx, database.dialect, account.id);
    const isValid = held?.state === 'active' && held.password_changed_at === account.password_changed_at;
    const session = facts.session === undefined ? undefined : await holdSession(tx, database.dialect, facts.session);
    const hasSession = facts.session === undefined || (session !== undefined && isLive(session, now));
    const hasLink = facts.link === undefined || (await isOpenLink(tx, facts.link.id, now));
    if (!isValid || !hasSession || !hasLink) throw new Conflict(hasLink ? 'out-of-order' : 'link-expired');
    if (!(await useOnce(tx, { ...claim, expiresAt: now + CLAIM_MS }))) throw new Conflict('out-of-order');
  });
  try {
    await change();
  } catch (error) {
    await database.write((tx) => releaseId(tx, claim));
    throw error;
  }
}

/** The user of an account. A username that belongs to another user by now leads to none. */
async function ownerOf(
  directory: CheckedDirectory,
  organisation: OrganisationDefinition,
  { external_id, username }: AccountRow,
): Promise<CheckedUser | undefined> {
  if (external_id === null) return undefined;
  const found = await directory.find(organisation, username);
  return found?.id === external_id ? found : undefined;
}
