import { accepted, refused, type StepDefinition } from '../flow/rules/step-definition.ts';
import { listOrganisations } from '../store/organisations.ts';

/** The largest number of organisations that the step lists. With more, the user has to search. */
const MAX_LISTED = 12;

/** Asks for the organisation of the flow. */
export const organisation: StepDefinition<'organisation'> = {
  answers: ['submit'],
  async present({ read, otherOrigin }) {
    const among = otherOrigin?.organisations;
    const organisations = await listOrganisations(read, { limit: MAX_LISTED + 1, among });
    const few = organisations.length <= MAX_LISTED;
    return { type: 'organisation', ...(few ? { organisations } : {}), search: !few };
  },
  async verify(answer, { kind, facts, findOrganisation }) {
    const found = await findOrganisation(answer.organisation);
    if (!found) return refused('unknown-organisation');
    if (kind === 'register' && !found.policy.selfRegistration) return refused('not-allowed');
    return accepted({ ...facts, organisation: found.id });
  },
};
