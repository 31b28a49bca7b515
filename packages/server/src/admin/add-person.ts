import { ConstraintError } from '../store/database.ts';
import { type AdminDeps, type AdminRequest, noteVerb, organisationOf } from './admin-context.ts';
import { AdminError, faultLine } from './admin-error.ts';
import { checkPerson, type PersonInput } from './person.ts';
import { insertPeople, rowsOf } from './person-rows.ts';

export interface AddPersonRequest extends AdminRequest, PersonInput {
  organisation: string;
}

/** Adds one person, with what she has already. @throws AdminError with all faults · HasherBusyError */
export async function addPerson(
  deps: AdminDeps,
  request: AddPersonRequest,
): Promise<{ id: string; username: string; factorId?: string }> {
  const organisation = await organisationOf(deps.database.read, request.organisation);
  const checked = checkPerson(request, organisation);
  if ('faults' in checked) {
    throw new AdminError('bad-request', checked.faults.map(faultLine).join('; ') + '.', checked.faults);
  }
  const rows = await rowsOf(deps, organisation.id, checked.person);
  const { id, username } = rows.account;
  try {
    await deps.database.write(async (tx) => {
      await insertPeople(tx, [rows], deps.random);
      const detail = { factor: rows.factor !== undefined };
      const where = { organisationId: organisation.id, accountId: id };
      await noteVerb(tx, deps, request, { event: 'admin-add-person', ...where, detail });
    });
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    throw new AdminError('taken', `The username is taken in organisation "${organisation.id}": choose another one.`);
  }
  return { id, username, ...(rows.factor ? { factorId: rows.factor.id } : {}) };
}
