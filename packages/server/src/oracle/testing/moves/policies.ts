import { type Client, endOfDay, type Match, matches, type Organisation, type User } from '../ledger/users.ts';
import { clientKeys, clientsWith } from '../settle/client-keys.ts';
import { definitionOf } from '../settle/organisations.ts';
import { operator } from '../settle/settle.ts';
import type { Walk } from '../walk.ts';
import { pick } from './moves.ts';

const DAY = 24 * 3_600_000;

/** Changes the policy, and waits for the second after which every instance has read it. */
export async function change(walk: Walk, organisation: Organisation, policy: Partial<Organisation>): Promise<void> {
  const changed = { ...organisation, ...policy };
  await walk.administer((admin) => admin.addOrganisation({ ...operator, organisation: definitionOf(changed) }));
  organisation.matchesBefore.add(organisation.match);
  Object.assign(organisation, policy);
  walk.place.clock.advance(1001);
}

/** Changes the policy, by a number. The change of number 0 may also happen between the reads and the commit of a request. */
/** Another way to approve a login on a phone. */
const matchOf = ({ match }: Organisation, number: number): Match =>
  pick(
    (Object.keys(matches) as Match[]).filter((each) => each !== match),
    number,
  );

/** The clients with another key of the kiosk, without clients, or with the first keys. */
function rekeyed({ clients }: Organisation, number: number): Client[] {
  if (clients.length === 0) return clientsWith(clientKeys.kiosk);
  return number % 2 === 0 ? [] : clientsWith(pick([clientKeys.elsewhere, clientKeys.kiosk], number));
}

export async function changePolicy(walk: Walk, { organisation }: User, number: number): Promise<void> {
  const now = walk.now();
  const { remember, recoveryCodes, authenticators, factor } = organisation;
  const optional = { factor: 'optional', until: endOfDay(now) } as const;
  const changes: Partial<Organisation>[] = [
    { remember: remember === '1w' ? 'never' : '1w' },
    { remember: remember === '12h' ? '1w' : '12h' },
    { recoveryCodes: !recoveryCodes },
    { authenticators: authenticators === 'one' ? 'many' : 'one' },
    factor === 'mandatory' ? optional : { factor: 'mandatory', until: undefined },
    { ...optional, until: endOfDay(now + DAY) },
    { ...optional, until: endOfDay(now - DAY) },
    { mayReuse: !organisation.mayReuse },
    { match: matchOf(organisation, number) },
    { clients: rekeyed(organisation, number) },
    { expires: organisation.expires === undefined ? 1 : undefined },
  ];
  await change(walk, organisation, changes[number % changes.length] ?? {});
}
