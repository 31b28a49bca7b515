import type { Input, Kind, PublicKey } from '@tweestap/protocol';
import { recordRefusal } from '../audit/record.ts';
import { keyIdOf, type Verified, verifySigned } from '../clients/assertion.ts';
import { keyText } from '../organisations/client-policy.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import type { Tx } from '../store/database.ts';
import { findInstallation } from '../store/installations.ts';
import { useOnce } from '../store/requests/used-ids.ts';
import type { InstallationRow } from '../store/schema.ts';
import type { EngineParts, RequestContext } from './context.ts';
import type { ClientProof, Facts } from './rules/facts.ts';
import { FlowError } from './rules/step-definition.ts';

/** The client that a request to start a flow names. */
export interface NamedClient {
  /** The id of the client; a claim until the assertion is verified. */
  client: string | undefined;
  /** The assertion by which the client authenticates itself. */
  clientAssertion: string | undefined;
}

type Client = OrganisationDefinition['policy']['clients'][number];

/**
 * The facts of a client that authenticates itself at the start of a login (R94). Without `client` there are none.
 * Threat: someone who knows a password sends the name of a client for which it is enough. A name without a valid assertion
 * is therefore refused, and never ignored: a client that is ignored would seem to work.
 * @throws FlowError `bad-client`
 */
export async function factsOfClient(
  parts: EngineParts,
  { client: id, clientAssertion }: NamedClient,
  { kind, inputs, now }: { kind: Kind; inputs: readonly Input[]; now: number },
  request: RequestContext,
): Promise<Pick<Facts, 'client'>> {
  if (id === undefined && clientAssertion === undefined) return {};
  const organisation = await organisationOf(parts, inputs);
  const refuse = async (fault: string): Promise<never> => {
    await recordBadClient(parts, { organisation, id, now, fault }, request);
    throw new FlowError('bad-client', undefined, fault);
  };
  if (kind !== 'login') return await refuse('A client is accepted only for the kind "login".');
  if (!organisation) return await refuse('With "client", the first input must choose an existing organisation.');
  const client = organisation.policy.clients.find((each) => each.id === id);
  if (!client || clientAssertion === undefined) {
    return await refuse('The name of a client is not enough: send a clientAssertion that is signed by its key.');
  }
  const candidates = await candidatesOf(parts, organisation, client, clientAssertion);
  const audience = parts.audience;
  const expected = { keys: candidates.keys, issuer: client.id, subject: client.id, audience, now };
  const verified = await verifySigned(clientAssertion, expected);
  if ('fault' in verified) return await refuse(`The clientAssertion is refused: ${verified.fault}.`);
  if (!(await spendAssertion(parts, organisation.id, client.id, verified))) {
    return await refuse('The clientAssertion is refused: its "jti" was used before.');
  }
  return { client: proofOf(client, verified.key, candidates.installation) };
}

async function organisationOf(
  { findOrganisation }: EngineParts,
  [first]: readonly Input[],
): Promise<OrganisationDefinition | undefined> {
  const isChoice = first?.step === 'organisation' && 'organisation' in first;
  return isChoice ? await findOrganisation(first.organisation) : undefined;
}

/** The keys that may have signed: those of the policy, or the key of the installation that the header names. */
async function candidatesOf(
  { database }: EngineParts,
  { id: organisationId }: OrganisationDefinition,
  client: Client,
  assertion: string,
): Promise<{ keys: readonly PublicKey[]; installation?: InstallationRow }> {
  const thumbprint = client.installations ? keyIdOf(assertion) : undefined;
  const found =
    thumbprint === undefined
      ? undefined
      : await findInstallation(database.read, { organisationId, client: client.id, thumbprint });
  return found ? { keys: [JSON.parse(found.public_key) as PublicKey], installation: found } : { keys: client.keys };
}

function proofOf({ id }: Client, key: PublicKey, installation: InstallationRow | undefined): ClientProof {
  const owner = installation && { installation: { id: installation.id, account: installation.account_id } };
  return { id, key: keyText(key), ...owner };
}

/** Uses an assertion. Returns false when it was used before, so a copy that was read on the way is worth nothing. */
async function spendAssertion(
  { database }: EngineParts,
  organisation: string,
  client: string,
  { jti, expiresAt }: Exclude<Verified, { fault: string }>,
): Promise<boolean> {
  const id = [organisation, client, jti].join(' ');
  return await database.write((tx) => useOnce(tx, { kind: 'assertion', id, expiresAt }));
}

interface BadClient {
  organisation: OrganisationDefinition | undefined;
  id: string | undefined;
  /** ms since the epoch. */
  now: number;
  fault: string;
}

/** Records a refused client. Repetitions within an hour are counted in one row (R93). A name that is made up is not stored. */
async function recordBadClient(
  { database, random }: EngineParts,
  { organisation, id, now, fault }: BadClient,
  { address, correlationId }: RequestContext,
): Promise<void> {
  const client = organisation?.policy.clients.find((each) => each.id === id)?.id;
  const entry = {
    at: now,
    event: 'client',
    result: 'bad-client',
    organisationId: organisation?.id ?? null,
    accountId: null,
    address,
    correlationId,
    detail: { ...(client === undefined ? {} : { client }), why: fault },
  };
  await database.write((tx: Tx) => recordRefusal(tx, entry, random));
}
