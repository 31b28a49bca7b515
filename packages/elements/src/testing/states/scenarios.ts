import { linkStates } from './link.ts';
import { loginStates } from './login.ts';
import { passkeyStates } from './passkey.ts';
import { pushStates } from './push.ts';
import { recoveryStates } from './recovery.ts';
import type { Scenario } from './scenario.ts';
import { sentCodeStates } from './sent-code.ts';
import { setUpStates } from './set-up.ts';
import { totpStates } from './totp.ts';

/** Every state of the login and enrolment elements, by name. */
export const scenarios: Record<string, Scenario> = {
  ...loginStates,
  ...passkeyStates,
  ...totpStates,
  ...pushStates,
  ...sentCodeStates,
  ...recoveryStates,
  ...setUpStates,
  ...linkStates,
};
