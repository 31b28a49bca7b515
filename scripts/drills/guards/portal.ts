import { type Guard, guardsOf } from '../guard.ts';

const TEST = 'portal/second-step.test.ts';

/** Guards of logins that the portal begins after it has checked the password itself. */
export const portalGuards: readonly Guard[] = [
  ...guardsOf('flow/effects/password-proof.ts', 'directory/changed-password.test.ts', {
    guard: 'A password that the portal changes while it is verified is refused',
    from: 'if (account.external_changed_at !== user.passwordChangedAt) return undefined;',
    to: '',
    title: 'R92 a password that the portal changes while it is verified is refused',
  }),
  ...guardsOf(
    'portal/completed.ts',
    TEST,
    {
      guard: 'A login that the portal began is completed in its own browser only',
      from: ' || !sameHash(row.browser_hash, asked.browserHash)',
      to: '',
      title: 'R2 a login that the portal began belongs to the browser in which it began',
    },
    {
      guard: 'A login that the portal began is completed for the expected user only',
      from: 'if (asked.userId !== undefined && begun.user !== asked.userId) return undefined;',
      to: '',
      title: 'R4 the second step of one user releases no pending session of another',
    },
    {
      guard: 'A login that the portal began is completed for five minutes only',
      from: 'now - endedAt >= FINISHED_FLOW_SHOWN_MS || ',
      to: '',
      title: 'R86 a finished login is valid for five minutes, and a clock that is set back does not revive it',
    },
    {
      guard: 'A clock that was set back completes no login that the portal began',
      from: ' || now < endedAt - CLOCK_SLACK',
      to: '',
      title: 'R86 a finished login is valid for five minutes, and a clock that is set back does not revive it',
    },
    {
      guard: 'A login that the portal began is completed for an active account only',
      from: "account?.state !== 'active' || ",
      to: '',
      title: 'R34 a user who was disabled meanwhile completes nothing',
    },
    {
      guard: 'A login that the portal began is completed once',
      from: "(await useOnce(tx, { kind: 'completed', id: login.flow, expiresAt })) ? login : undefined",
      to: 'expiresAt > 0 && useOnce !== undefined ? login : undefined',
      title: 'R7 of parallel requests for a finished login only one gets it',
    },
  ),
  ...guardsOf('flow/rules/back.ts', TEST, {
    guard: 'No step of a login that the portal began leads back to the password',
    from: 'if (!begun) return found;',
    to: 'if (begun || !begun) return found;',
    title: 'R6 a reload continues the same flow, and no step leads back to the password',
  }),
  ...guardsOf('flow/begin.ts', TEST, {
    guard: 'A login begins for an active account only',
    from: "if (account?.state !== 'active')",
    to: 'if (!account)',
    title: 'R34 a user who was disabled meanwhile completes nothing',
  }),
  ...guardsOf('flow/engine.ts', TEST, {
    guard: 'Without a factor and a password here, only a recent login enrolls one',
    from: '!hasFactor(has) && (age < 0 || age > PORTAL_PROOF_MS)',
    to: '!hasFactor(has) && age < 0',
    title: 'R9 without a factor, only a login of the last five minutes may enroll one',
  }),
  ...guardsOf('steps/identify.ts', TEST, {
    guard: 'An account of the portal gets no mailed link to a password',
    from: 'if (!mayChangePassword(account, portal)) return undefined;',
    to: '',
    title: 'a password for such an account is neither accepted nor mailed',
  }),
  ...guardsOf('flow/link-facts.ts', TEST, {
    guard: 'An earlier link gives an account of the portal no password',
    from: "if (account && kind !== 'unlock' && !mayChangePassword(account, directory))",
    to: 'if (!account && !mayChangePassword)',
    title: 'R31 a link that was mailed before the account became one of the portal gives it no password',
  }),
];
