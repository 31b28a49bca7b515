import { type Guard, guardsOf } from '../guard.ts';

/** Guards of attempt limits and of the rights of the help desk. */
export const limitGuards: readonly Guard[] = [
  ...guardsOf('steps/recovery-code.ts', 'locks/recovery-cap.test.ts', {
    guard: 'At the hard cap, recovery codes are disabled',
    from: 'end: deleteRecoveryCodes,',
    to: 'end: async () => 0,',
    title: 'R42 D12 at the cap of recovery codes they are deleted, and the app still works',
  }),
  ...guardsOf('flow/effects/factor-counted.ts', 'locks/recovery-cap.test.ts', {
    guard: 'At the hard cap, the authenticator is disabled',
    from: 'end: (tx, accountId, now) => disableFactors(tx, accountId, method, now),',
    to: 'end: async () => 0,',
    title: 'R42 D12 at the cap of codes, a recovery code requires the enrolment of a new app',
  }),
  ...guardsOf('locks/locks.ts', 'locks/locks.test.ts', {
    guard: 'Wrong recovery codes are counted separately',
    from: "return keyOf('recovery', accountId);",
    to: 'return codeKey(accountId);',
    title: 'R42 D12 wrong codes of an app and wrong recovery codes have separate counts',
  }),
  ...guardsOf('flow/effects/password-proof.ts', 'locks/hard-count.test.ts', {
    guard: 'A correct password alone does not reset the hard counter',
    from: "clears: 'soft', key: passwordKey",
    to: 'key: passwordKey',
    title: 'R44 D12 a correct password without the factor resets the soft count but not the hard count',
  }),
  ...guardsOf('devices/known-device.ts', 'locks/hard-count.test.ts', {
    guard: 'A device is remembered only by the login in which the user chose it',
    from: 'remembered_until: remember?.until ?? null,',
    to: 'remembered_until: remember?.until ?? now + COOKIE_LIFE,',
    title:
      'R44 D12 a reset by mailed link lifts the hard cap, and later wrong passwords of strangers do not lock its browser',
  }),
  ...guardsOf(
    'store/help-desk/desk-codes.ts',
    'store/sqlite.test.ts',
    {
      guard: 'A code for a new password works once',
      from: `      .set({ spent_at: now })
      .where('id', '=', id)
      .where('spent_at', 'is', null)
`,
      to: `      .set({ spent_at: now })
      .where('id', '=', id)
`,
      title: 'R31 of 50 parallel uses of a code for a new password exactly one succeeds',
    },
    {
      guard: 'An expired code for a new password is refused',
      from: `      .set({ spent_at: now })
      .where('id', '=', id)
      .where('spent_at', 'is', null)
      .where('expired_at', 'is', null)
      .where('expires_at', '>', now)
`,
      to: `      .set({ spent_at: now })
      .where('id', '=', id)
      .where('spent_at', 'is', null)
      .where('expired_at', 'is', null)
`,
      title: 'R31 a code for a new password cannot be spent after it has expired or been replaced',
    },
  ),
  ...guardsOf(
    'admin/request/permitted.ts',
    'admin/request/roles.test.ts',
    {
      guard: 'A role can use only its listed verbs',
      from: 'if (!rights[verb].includes(actor.role)) {',
      to: 'if (!rights[verb]) {',
      title: 'R83: each role may use only the verbs that are listed for it',
    },
    {
      guard: "The help desk can't set a credential",
      from: "const fault = verb === 'addUser' ? fieldFault(verb, request, fieldsIn(request)) : undefined;",
      to: 'const fault = undefined as AdminError | undefined;',
      title: 'R83: a help desk cannot set a credential by any field of addUser or column of an import',
    },
  ),
  ...guardsOf(
    'admin/request/desk-acts.ts',
    'admin/request/desk-acts.test.ts',
    {
      guard: "One actor can't reset both the password and the factors of an account",
      from: 'if (!(await hasActed(tx, { accountId, actor, verbs, since: clock() - APART }))) return;',
      to: 'if (verbs && actor) return;',
      title: 'R83: an actor that started a new password cannot replace a factor of that account, and the reverse',
    },
    {
      guard: 'A different spelling of a name is the same actor',
      from: 'return name.toUpperCase().toLowerCase();',
      to: 'return actorOf(actor).name;',
      title: 'R83: another spelling or role is the same actor; another account or a time after seven days is allowed',
    },
  ),
];
