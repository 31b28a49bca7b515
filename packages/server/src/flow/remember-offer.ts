import type { Duration } from '@tweestap/protocol';
import type { Policy } from '../organisations/schema.ts';
import type { AccountRow } from '../store/schema.ts';

/** How long a tick remembers this person's devices: her own choice within today's policy, else the policy's default (R37). */
export function rememberFor(
  account: Pick<AccountRow, 'remember_for'>,
  { remember }: Pick<Policy, 'remember'>,
): Duration {
  return remember.choices.find((choice) => choice === account.remember_for) ?? remember.default;
}
