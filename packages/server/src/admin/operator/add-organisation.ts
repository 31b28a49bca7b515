import { type OrganisationDefinition, OrganisationError, parseOrganisation } from '../../organisations/schema.ts';
import { getOrganisation, upsertOrganisation } from '../../store/organisations.ts';
import { type AdminDeps, type AdminRequest, recordVerb } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';

/** The request of `addOrganisation`. */
export interface AddOrganisationRequest extends AdminRequest {
  /** The definition, by the published schema. If its id exists already, that organisation is updated. */
  organisation: unknown;
}

/** Adds an organisation, or updates its definition. @throws AdminError `bad-request` with the invalid field */
export async function addOrganisation(
  deps: AdminDeps,
  request: AddOrganisationRequest,
): Promise<{ id: string; name: string; added: boolean }> {
  const organisation = parsed(deps, request.organisation);
  return await deps.database.write(async (tx) => {
    const added = (await getOrganisation(tx, organisation.id)) === undefined;
    await upsertOrganisation(tx, organisation, deps.clock());
    const event = added ? 'admin-add-organisation' : 'admin-change-organisation';
    await recordVerb(tx, deps, request, { event, organisationId: organisation.id });
    return { id: organisation.id, name: organisation.name, added };
  });
}

function parsed({ factors }: AdminDeps, value: unknown): OrganisationDefinition {
  try {
    const enrollable = factors.filter(({ enrollSteps }) => enrollSteps.length > 0);
    return parseOrganisation(
      value,
      enrollable.map(({ method }) => method),
    );
  } catch (error) {
    if (!(error instanceof OrganisationError)) throw error;
    throw new AdminError('bad-request', error.message, [{ column: error.path, expected: error.expected }]);
  }
}
