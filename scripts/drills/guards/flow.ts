import { type Guard, guardsOf } from '../guard.ts';

/** Guards of the flow: derived steps, bound data, single use and revocation. */
export const flowGuards: readonly Guard[] = [
  ...guardsOf(
    'flow/open-flow.ts',
    'flow/integrity.test.ts',
    {
      guard: 'A flow accepts only its own token',
      from: '!sameHash(row.token_hash, ref.tokenHash) || ',
      to: '',
      title: 'R4 a flow is accessible only with its id, token and browser together',
    },
    {
      guard: 'A flow accepts only its own browser',
      from: ' || !sameHash(row.browser_hash, context.browserHash)',
      to: '',
      title: 'R4 a flow is accessible only with its id, token and browser together',
    },
    {
      guard: 'A flow expires at its time',
      from: 'now >= row.expires_at || ',
      to: '',
      title: 'a flow expires at its time, can be extended ten times, and requires a session where its kind needs one',
    },
    {
      guard: 'A flow is extended at most ten times',
      from: 'if (flow.row.extensions >= MAX_EXTENSIONS) return false;',
      to: '',
      title: 'a flow expires at its time, can be extended ten times, and requires a session where its kind needs one',
    },
    {
      guard: 'A finished flow is shown for five minutes only',
      from: ' || now - row.ended_at >= FINISHED_FLOW_SHOWN_MS',
      to: '',
      title: 'R7 a finished flow issues nothing more, is shown for five minutes, and then expires',
    },
  ),
  ...guardsOf('flow/submission.ts', 'flow/integrity.test.ts', {
    guard: 'An input for another step is refused',
    from: "if (input.step !== step) return { refusal: { code: 'out-of-order' } };",
    to: '',
    title: 'R3 an input for any step except the present one changes nothing',
  }),
  ...guardsOf('steps/enroll-totp.ts', 'steps/enroll-totp.test.ts', {
    guard: 'The code that confirms an enrolment is used up by it',
    from: 'last_step: verdict.step,',
    to: 'last_step: -1,',
    title: 'R14 the code that confirms an enrolment is spent',
  }),
  ...guardsOf('flow/effects/bind-factor.ts', 'steps/enroll-totp.test.ts', {
    guard: 'A new authenticator ends sessions, devices and flows',
    from: 'return [bind, ...revokeProofs(accountId, context)];',
    to: 'return [bind];',
    title: 'R34 a new authenticator ends all other sessions, remembered devices and open flows',
  }),
  ...guardsOf('flow/rules/factor.ts', 'steps/enroll-totp.test.ts', {
    guard: 'The data of a factor is sealed to its row',
    from: 'return [row.method, row.organisation_id, row.account_id, row.id];',
    to: 'return [row.method];',
    title: 'R60 secrets are stored sealed, and one that is moved to another account does not open',
  }),
  ...guardsOf(
    'access/revoke.ts',
    'steps/recovery-code.test.ts',
    {
      guard: 'A recovery ends open flows',
      from: 'flows: await endFlowsOfAccount(tx, accountId, now, exceptFlow),',
      to: 'flows: 0,',
      title: 'R34 R39 using a recovery code ends all sessions, remembered devices and open flows of the account',
    },
    {
      guard: 'A recovery ends sessions',
      from: 'sessions: await deleteSessionsOfAccount(tx, accountId, exceptSession),',
      to: 'sessions: 0,',
      title: 'R34 R39 using a recovery code ends all sessions, remembered devices and open flows of the account',
    },
  ),
  ...guardsOf(
    'flow/effects/set-password.ts',
    'links/usable-link.test.ts',
    {
      guard: 'A mailed link is used up in the transaction of its change',
      from: "{ lost: 'link-expired', apply: (tx) => spendLink(tx, link.id, now) }, confirm];",
      to: 'confirm];',
      title: 'R31 a link that is voided during its flow is refused at the end of the flow',
    },
    {
      guard: 'A new password voids every link',
      from: 'await voidLinks(tx, id, now);',
      to: '',
      title: 'R31 a change of password voids every link, and the database never has a link in the clear',
    },
  ),
  ...guardsOf('flow/effects/set-password.ts', 'flow/reset.test.ts', {
    guard: 'A reset ends sessions, devices and flows',
    from: '...revokeProofs(id, context),',
    to: '',
    title: 'R34 a reset ends all sessions, remembered devices and open flows',
  }),
  ...guardsOf('factors/recovery-codes/desk-code.ts', 'flow/desk-code.test.ts', {
    guard: 'A help-desk code expires at its time',
    from: 'row.expires_at <= now',
    to: 'row.expires_at < 0',
    title: 'a help-desk code expires at the exact millisecond and is then refused as expired',
  }),
  ...guardsOf('flow/rules/possession.ts', 'flow/desk-code.test.ts', {
    guard: 'A help-desk code is valid for an enrolment only',
    from: "new Set(['login', 'reset', 'enroll'])",
    to: "new Set(['login', 'reset', 'enroll', 'step-up', 'disable', 'recovery-codes', 'change-password'])",
    title: 'R9 a help-desk code is no proof in a flow without an enrolment',
  }),
  ...guardsOf(
    'flow/rules/assurance.ts',
    'flow/rules/assurance.test.ts',
    {
      guard: 'A login with a remembered device has the level aal1',
      from: "const acr = isStrong ? 'aal2' : 'aal1';",
      to: "const acr = isStrong ? 'aal2' : 'aal2';",
      title: 'R69 the assurance of a remembered device',
    },
    {
      guard: 'A session records a login with a recovery code',
      from: 'recovery: registry.isBackup(factor),',
      to: 'recovery: false,',
      title: 'R69 the assurance of a recovery code',
    },
  ),
  ...guardsOf('flow/recheck.ts', 'flow/reset.test.ts', {
    guard: 'A mailed link alone makes no session',
    from: "['activate', 'reset', 'unlock', 'register'].includes(kind)",
    to: "['activate', 'unlock', 'register'].includes(kind)",
    title: 'D6 without a factor a reset ends with the new password and changes no factor',
  }),
  ...guardsOf('flow/engine.ts', 'flow/integrity.test.ts', {
    guard: 'A flow starts only with an allowed return URL',
    from: "if (!(await allowedReturnTo(facts.organisation, returnTo))) throw new FlowError('not-allowed');",
    to: '',
    title: 'R70 a flow ends with its allowed return URL, and does not start with any other URL',
  }),
  ...guardsOf('flow/engine.ts', 'http/settings-flows.test.ts', {
    guard: 'A flow for a logged-in user starts only if the account allows it',
    from: "if (!mayBegin(kind, has, organisation.policy, now)) throw new FlowError('not-allowed');",
    to: '',
    title: 'R9: a user who has no factor, or must have one, can’t start to turn it off',
  }),
  ...guardsOf(
    'flow/rules/next-step.ts',
    'flow/rules/next-step.test.ts',
    {
      guard: 'A login requires the factor of the account',
      from: 'factorStep((q) => isLoginFactorDue(q) && (!isRemembered(q) || isRenewalDue(q))),',
      to: '',
      title:
        'R1 R3 for all facts, a login is done only with password and factor, with a verified passkey, or a deferral',
    },
    {
      guard: 'Enrolment is deferred only before the deadline',
      from: "return facts.enrolled === undefined && setUpDue(policy, now) !== 'mandatory';",
      to: 'return facts.enrolled === undefined;',
      title: 'R10 for all facts, an enrolment can be deferred only before the deadline and without a factor',
    },
    {
      guard: 'A new authenticator after a reset requires the old factor',
      from: "factorStep((q) => hasFactorToReplace(q) && q.policy.resetBy === 'factor' && !isFactorProven(q)),",
      to: '',
      title: 'R29 for all facts, a new authenticator after a mailed reset requires the old factor',
    },
  ),
  ...guardsOf(
    'flow/rules/due.ts',
    'flow/rules/next-step.test.ts',
    {
      guard: 'An account that was not looked at counts as having a factor',
      from: 'return has === undefined || hasFactor(has);',
      to: 'return has !== undefined && hasFactor(has);',
      title: 'an account with unknown possession is treated as if it had a factor',
    },
    {
      guard: 'A password proof older than five minutes must be repeated',
      from: 'return now - at > PASSWORD_FRESH || now < at;',
      to: 'return now < at;',
      title: 'an enrolment asks for the password again if it is older than five minutes',
    },
  ),
  ...guardsOf('flow/effects/password-proof.ts', 'locks/locks.test.ts', {
    guard: 'A disabled account accepts no password',
    from: "if (!ok || account.state !== 'active') return undefined;",
    to: 'if (!ok) return undefined;',
    title: 'R53: the correct password of a disabled account is refused as wrong',
  }),
  ...guardsOf(
    'steps/totp.ts',
    'steps/totp.test.ts',
    {
      guard: 'An accepted code is used up with the login',
      from: 'apply: (tx) => spendTotpStep(tx, { factorId, step, now })',
      to: 'apply: async () => true',
      title: 'R14 50 parallel uses of one code in as many flows give one session',
    },
    {
      guard: 'A time step that was reported as clock drift is burnt',
      from: "return { outcome: 'refused', refusal, counts, effects: [effect] };",
      to: "return { outcome: 'refused', refusal, counts, effects: effect ? [] : [] };",
      title: 'R18a a wrong clock is refused with its offset and counted, and only that time step is burnt',
    },
  ),
  ...guardsOf('steps/recovery-code.ts', 'steps/recovery-code.test.ts', {
    guard: 'A recovery code is used up with the login',
    from: 'apply: (tx) => spendRecoveryCode(tx, id, now)',
    to: 'apply: async () => true',
    title: 'R30 50 parallel uses of one recovery code give one session, and the other five stay unused',
  }),
  ...guardsOf('steps/enroll-totp.ts', 'steps/enroll-totp.test.ts', {
    guard: 'A new secret is bound only by a correct code',
    from: "if (verdict.outcome === 'refused') return explained(verdict);",
    to: "if (verdict.outcome === 'refused' && verdict.code === 'code-early') return explained(verdict);",
    title: 'R11 an abandoned enrolment and a wrong code change nothing',
  }),
  ...guardsOf('steps/identify.ts', 'links/usable-link.test.ts', {
    guard: 'An email is sent to the stored address only',
    from: ' || addressOf(account) !== email) return undefined;',
    to: ') return undefined;',
    title: 'R55 a request for mail has the same response and writes as many rows for every username',
  }),
  ...guardsOf(
    'locks/locks.ts',
    'locks/locks.test.ts',
    {
      guard: 'Wrong codes are counted per account, over all its factors',
      from: "return keyOf('code', accountId);",
      to: "return keyOf('code', accountId, String(Math.random()));",
      title: 'R42 D12 wrong codes of an app and wrong recovery codes have separate counts',
    },
    {
      guard: 'Wrong passwords are counted for the normalised username',
      from: "return keyOf('password', organisationId, usernameKey);",
      to: "return keyOf('password', organisationId, usernameKey, String(Math.random()));",
      title: 'R47: all spellings of a name share one account and one counter',
    },
  ),
  ...guardsOf(
    'admin/request/permitted.ts',
    'admin/request/roles.test.ts',
    {
      guard: 'The help desk reaches only its own organisation',
      from: 'if (organisation !== actor.organisation) return await refuse(deps, verb, request, unknownOrganisation(organisation));',
      to: '',
      title: 'R83 R64: a help desk does not reach another organisation by any verb',
    },
    {
      guard: 'A counsellor reaches only the listed users',
      from: 'if (!people.includes(row.id)) return missing;',
      to: '',
      title: 'M8 R83: a counsellor reaches only the listed users',
    },
  ),
];
