import { type Guard, guardsOf } from '../guard.ts';

const assertion = (check: string): string => `R22 §7.2: an assertion is refused: ${check}`;

/** Guards of passkeys besides the checks of the library. */
export const passkeyGuards: readonly Guard[] = [
  ...guardsOf(
    'factors/passkey/assertion.ts',
    'factors/passkey/assertion.test.ts',
    {
      guard: 'An assertion is of the passkey that was looked up',
      from: 'if (credential.id !== row.external_id) return WRONG;',
      to: '',
      title: assertion('id of another credential (step 5)'),
    },
    {
      guard: 'The user handle of an assertion is that of the account',
      from: "userHandle === undefined ? as === 'alone' : userHandle !== data.userHandle",
      to: "userHandle === undefined && as === 'alone'",
      title: assertion('user handle of another user (step 6)'),
    },
    {
      guard: 'An assertion from a frame of another origin is refused',
      from: 'if (isCrossOrigin(credential.response.clientDataJSON)) return WRONG;',
      to: '',
      title: assertion('a frame of another origin (step 13)'),
    },
    {
      guard: 'A passkey that stands alone has verified its user',
      from: "if (as === 'alone' && !userVerified) return",
      to: 'if (false) return',
      title: 'R22 §7.2 step 17: a passkey that stands alone without user verification is refused with its own code',
    },
    {
      guard: 'The backup eligibility of a passkey never changes',
      from: 'if (credentialDeviceType !== data.deviceType) return WRONG;',
      to: '',
      title: assertion('backup eligibility that appeared (step 18, 19)'),
    },
    {
      guard: 'The signature counter of a passkey rises',
      from: 'if (isCounted && newCounter <= row.sign_count)',
      to: 'if (isCounted && newCounter < 0)',
      title: 'R22 §7.2 step 22: a counter that does not rise is refused and reported as a copy',
    },
    {
      guard: 'A wrong signature is refused',
      from: 'return verified ? authenticationInfo : undefined;',
      to: 'return authenticationInfo;',
      title: assertion('changed signature (step 21)'),
    },
  ),
  ...guardsOf(
    'factors/passkey/registration.ts',
    'factors/passkey/registration.test.ts',
    {
      guard: 'A new passkey from a frame of another origin is refused',
      from: 'if (isCrossOrigin(clientDataJSON)) return undefined;',
      to: '',
      title: 'R22 §7.1: a credential is refused: a frame of another origin (step 10)',
    },
    {
      guard: 'The reported id of a new passkey is the attested one',
      from: 'created.id !== credential.id || ',
      to: '',
      title: 'R22 §7.1: a credential is refused: a reported id that is not the attested one',
    },
    {
      guard: 'A new passkey needs a touch unless the browser created it without asking',
      from: 'requireUserPresence: !isConditional,',
      to: 'requireUserPresence: false,',
      title: 'R22 §7.1: a credential is refused: user not present (step 15)',
    },
  ),
  ...guardsOf(
    'factors/passkey/prove.ts',
    'factors/passkey/passkey.test.ts',
    {
      guard: 'A passkey belongs to the organisation of the flow',
      from: 'if (row.organisation_id !== facts.organisation) return false;',
      to: '',
      title: "R64: a passkey of another organisation or user is refused like a wrong one, and isn't unknown (sqlite)",
    },
    {
      guard: 'As the second factor, a passkey belongs to the user of the flow',
      from: 'row.account_id === facts.person?.id',
      to: 'true',
      title: "R64: a passkey of another organisation or user is refused like a wrong one, and isn't unknown (sqlite)",
    },
    {
      guard: 'The account of a passkey is active at the commit',
      from: "(await holdAccount(tx, dialect, row.account_id))?.state === 'active'",
      to: 'true',
      title: 'R92: a passkey of an account that is disabled meanwhile makes no session (sqlite)',
    },
  ),
  ...guardsOf('factors/passkey/challenge.ts', 'factors/passkey/passkey.test.ts', {
    guard: 'A challenge of a passkey expires',
    from: 'return now >= at && now - at < CHALLENGE_LIFE_MS;',
    to: 'return true;',
    title: 'R23: a challenge is used once, by a right and by a wrong answer, and for five minutes (sqlite)',
  }),
  ...guardsOf('store/factors/passkeys.ts', 'factors/passkey/passkey.test.ts', {
    guard: 'Of two parallel uses of a passkey with the same counter one is accepted',
    from: "or([eb('sign_count', '<', signCount), and([eb('sign_count', '=', 0), eb('sign_count', '=', signCount)])])",
    to: "or([eb('sign_count', '>=', 0)])",
    title: 'R22: of two parallel logins with the same counter one is accepted (sqlite)',
  }),
];
