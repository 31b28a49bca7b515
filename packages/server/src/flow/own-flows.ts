import type { Kind } from '@tweestap/protocol';
import type { Policy } from '../organisations/schema.ts';
import { type SetUpPolicy, setUpDue } from '../organisations/set-up.ts';
import { hasFactor } from './factor.ts';
import type { Possession } from './facts.ts';

type OwnPolicy = Pick<Policy, 'recoveryCodes'> & SetUpPolicy;

/** Flows that change the own account, and are open to some people only. */
const conditions: Partial<Record<Kind, (has: Possession, policy: OwnPolicy, now: number) => boolean>> = {
  'recovery-codes': (has, { recoveryCodes }) => recoveryCodes && hasFactor(has),
  // P9, M6: only where it would not be asked for again at the next login.
  disable: (has, policy, now) => hasFactor(has) && setUpDue(policy, now) !== 'mandatory',
};

/** Whether a person may begin a flow of a session of this kind now (ms since the epoch). Pure. */
export function mayBegin(kind: Kind, has: Possession, policy: OwnPolicy, now: number): boolean {
  return conditions[kind]?.(has, policy, now) ?? true;
}

const offered: readonly Kind[] = ['enroll', 'recovery-codes', 'disable', 'change-password'];

/** What the settings page offers a person now. Pure. */
export function flowsFor(has: Possession, policy: OwnPolicy, now: number): Kind[] {
  return offered.filter((kind) => mayBegin(kind, has, policy, now));
}
