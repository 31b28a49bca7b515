import { type Guard, guardsOf } from '../guard.ts';

/** Guards of clients that authenticate themselves (R94), and of passwords that a login replaces (D13). */
export const clientGuards: readonly Guard[] = [
  ...guardsOf(
    'clients/assertion.ts',
    'http/clients.test.ts',
    {
      guard: 'An assertion is valid for one audience',
      from: "if (payload.aud !== audience) throw wrongClaim(payload, 'aud');",
      to: '',
      title: 'R94 each claim of an assertion is checked: issuer, subject, audience, times and id',
    },
    {
      guard: 'An assertion is valid for at most five minutes',
      from: "if ((payload.exp ?? 0) - (payload.iat ?? 0) > ASSERTION_LIFETIME) throw wrongClaim(payload, 'exp');",
      to: '',
      title: 'R94 each claim of an assertion is checked: issuer, subject, audience, times and id',
    },
    {
      guard: 'An assertion must have an id',
      from: "if (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID_LENGTH) throw wrongClaim(payload, 'jti');",
      to: "if (typeof jti !== 'string') return { jti: String(jti), expiresAt: 0 };",
      title: 'R94 each claim of an assertion is checked: issuer, subject, audience, times and id',
    },
  ),
  ...guardsOf(
    'flow/client-facts.ts',
    'http/clients.test.ts',
    {
      guard: 'An assertion is used once',
      from: "return await database.write((tx) => useOnce(tx, { kind: 'assertion', id, expiresAt }));",
      to: "return await database.write(async (tx) => (await useOnce(tx, { kind: 'assertion', id, expiresAt })) || true);",
      title: 'R94 an assertion is valid once, also when copies arrive at the same time',
    },
    {
      guard: 'A client is accepted for a login only',
      from: "if (kind !== 'login') return",
      to: 'if (kind === undefined) return',
      title: 'R94 a client is accepted for a login only, and the organisation comes first',
    },
  ),
  ...guardsOf('steps/password.ts', 'http/clients.test.ts', {
    guard: 'The key of an installation serves its own account only',
    from: '(await context.account())?.id !== client.installation.account',
    to: "client.installation.account === ''",
    title: 'R94 the key of an installation serves its own account only, and reveals nothing about another one',
  }),
  ...guardsOf('flow/rules/due.ts', 'http/clients.test.ts', {
    guard: 'The policy decides what a client may ask for',
    from: "return acceptedClient(facts.client, policy)?.factor === 'password';",
    to: 'return true;',
    title: 'R94 a client with the rule `policy` asks for the same factors as any other login',
  }),
  ...guardsOf('flow/recheck.ts', 'http/clients.test.ts', {
    guard: 'A client that is no longer accepted ends no login',
    from: "gone.push('client');",
    to: '',
    title: 'R92 R94 a policy that changes during the flow applies at each step and at the end',
  }),
  ...guardsOf('http/gates.ts', 'http/clients.test.ts', {
    guard: 'The guards of a portal refuse the session of a client',
    from: 'if (row.client !== null && !(await',
    to: "if (row.client === '' && !(await",
    title:
      'R94 the session of a client is refused wherever that client is not named, and changes nothing of the account',
  }),
  ...guardsOf('http/caller.ts', 'http/clients.test.ts', {
    guard: 'The session of a client changes nothing of the account',
    from: 'if (session.client !== null) throw refusedClient(session.client);',
    to: '',
    title:
      'R94 the session of a client is refused wherever that client is not named, and changes nothing of the account',
  }),
  ...guardsOf('flow/engine.ts', 'http/clients.test.ts', {
    guard: 'The session of a client begins no flow that changes the account',
    from: "session.client !== null && kind !== 'step-up'",
    to: "session.client === '' && kind !== 'step-up'",
    title:
      'R94 the session of a client is refused wherever that client is not named, and changes nothing of the account',
  }),
  ...guardsOf('access/revoke.ts', 'http/clients.test.ts', {
    guard: 'A revocation ends installations',
    from: 'installations: await deleteInstallationsOfAccount(tx, accountId),',
    to: 'installations: 0,',
    title: "R34 R94 a reset of the factors, 'this was not me', a new password and a disabled account end installations",
  }),
  ...guardsOf('flow/rules/next-step.ts', 'flow/expired-password.test.ts', {
    guard: 'A remembered device is not enough for a new password',
    from: '(!isRemembered(q) || isRenewalDue(q))',
    to: '!isRemembered(q)',
    title: 'D13 a remembered device is not enough for a new password: the code is asked for first',
  }),
  ...guardsOf('flow/recheck.ts', 'flow/expired-password.test.ts', {
    guard: 'A mark that is set during a login is seen before the session',
    from: 'isMarked && !facts.mustChange && !facts.newPassword',
    to: "isMarked && row.kind !== 'login'",
    title: 'R92 a mark that is set during a login asks for the new password before the session',
  }),
];
