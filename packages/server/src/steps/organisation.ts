import { accepted, refused, type StepDefinition } from '../flow/rules/step-definition.ts';
import { listOrganisations } from '../store/organisations.ts';

/** So many fit in a list that one can look through; where there are more, one searches. */
const FEW = 12;

export const organisation: StepDefinition<'organisation'> = {
  answers: ['submit'],
  async present({ read }) {
    const organisations = await listOrganisations(read, { limit: FEW + 1 });
    const few = organisations.length <= FEW;
    return { type: 'organisation', ...(few ? { organisations } : {}), search: !few };
  },
  async verify(answer, { kind, facts, findOrganisation }) {
    const found = await findOrganisation(answer.organisation);
    if (!found) return refused('unknown-organisation');
    if (kind === 'register' && !found.policy.selfRegistration) return refused('not-allowed');
    return accepted({ ...facts, organisation: found.id });
  },
};
