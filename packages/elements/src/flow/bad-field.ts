import type { MfaProblem } from '@tweestap/client';
import type { FlowHost } from '../view/host.ts';

/** The names of the inputs for a member of an input, if they differ from the member's name. */
const inputNames: Readonly<Record<string, readonly string[]>> = {
  code: ['code', 'recovery-code', 'help-desk-code'],
  phoneNumber: ['phone-number'],
};

/** Returns the name of the field whose value the server could not accept as a text of that kind. Undefined if it is not on the screen. */
export const badField = ({ element, light }: FlowHost, problem: MfaProblem): string | undefined => {
  const [issue] = (problem.is('malformed') && problem.problem?.issues) || [];
  const member = /^\/inputs\/\d+\/(\w+)$/.exec(issue?.path ?? '')?.[1];
  if (!member) return undefined;
  const names = inputNames[member] ?? [member];
  return names.find((name) => light.node(name) ?? element.shadowRoot?.querySelector(`input#${name}`));
};
