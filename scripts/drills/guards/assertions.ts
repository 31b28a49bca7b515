import { type Guard, guardsOf } from '../guard.ts';

/** Guards of assertions (R68, R74) and of portals on other origins (R75). */
export const assertionGuards: readonly Guard[] = [
  ...guardsOf(
    'assertion/verifier.ts',
    'assertion/verifier.test.ts',
    {
      guard: 'An assertion brings no key of its own',
      from: 'if (Object.keys(header).some((name) => !HEADER_MEMBERS.includes(name))) {',
      to: 'if (HEADER_MEMBERS.length === 0) {',
      title: 'R68 an assertion with an embedded jwk is refused',
    },
    {
      guard: 'Another signed JWT is no assertion',
      from: "if (header.typ !== ASSERTION_TYPE) throw new AssertionRefusedError('wrong-type', `its typ must be ${ASSERTION_TYPE}`);",
      to: '',
      title: 'R68 an assertion with the typ of another JWT is refused',
    },
    {
      guard: 'An assertion is valid for at most 120 seconds',
      from: "if (claims.exp - claims.iat > ASSERTION_LIFETIME_S) throw badClaim('exp');",
      to: '',
      title: 'R68 an assertion with a long life is refused',
    },
    {
      guard: 'An assertion belongs to the session whose nonce it has',
      from: 'if (!isSameNonce(claims.nonce, nonce)) {',
      to: 'if (claims.nonce === nonce && nonce === undefined) {',
      title: 'R68 an assertion with another nonce is refused',
    },
    {
      guard: 'A session without a nonce accepts no assertion',
      from: "if (typeof expected !== 'string' || expected === '') return false;",
      to: "if (typeof expected !== 'string' || expected === '') return true;",
      title: 'R68 an assertion is refused by a session without a nonce',
    },
    {
      guard: 'An assertion is verified once',
      from: 'if ((await seen(claims.jti, claims.exp + clockTolerance)) !== false) {',
      to: 'if ((await seen(claims.jti, claims.exp + clockTolerance)) === undefined) {',
      title: 'R68 a correct assertion is accepted once, with typed claims',
    },
    {
      guard: 'A register that answers nothing accepts no assertion',
      from: 'if ((await seen(claims.jti, claims.exp + clockTolerance)) !== false) {',
      to: 'if ((await seen(claims.jti, claims.exp + clockTolerance)) === true) {',
      title: 'R68 a register of used assertions that returns nothing, or fails, refuses',
    },
    {
      guard: 'A portal of one organisation refuses the users of another',
      from: 'if (organisations && !organisations.includes(claims.organisation)) {',
      to: 'if (organisations?.length === 0) {',
      title: 'R68 a portal of one organisation refuses the users of another',
    },
  ),
  ...guardsOf(
    'assertion/signing-keys.ts',
    'assertion/signing-keys.test.ts',
    {
      guard: 'A key is published before it signs',
      from: 'return rows.findLast(({ signs_from }) => signs_from <= now) ?? rows[0];',
      to: 'return now > 0 ? rows.at(-1) : rows[0];',
      title: 'R74 a new key is published a day before it signs, and the old one until its assertions expired',
    },
    {
      guard: 'A key stays published until its assertions have expired',
      from: 'return successor !== undefined && successor.signs_from + PUBLISHED_AFTER_MS <= now;',
      to: 'return successor !== undefined && successor.signs_from - PUBLISHED_AFTER_MS <= now;',
      title: 'R74 a new key is published a day before it signs, and the old one until its assertions expired',
    },
    {
      guard: 'The key that signs is bound to its id',
      from: "export const signingKeyBinding = ({ id }: Pick<SigningKeyRow, 'id'>): string[] => ['signing-key', id];",
      to: "export const signingKeyBinding = (_: Pick<SigningKeyRow, 'id'>): string[] => ['signing-key'];",
      title: 'R74 an assertion verifies with the published keys, and its key is sealed in the database',
    },
  ),
  ...guardsOf('admin/operator/replace-signing-keys.ts', 'admin/operator/replace-signing-keys.test.ts', {
    guard: 'Replacements of the signing keys at the same time leave one key',
    from: 'if (!isAdded || !isAlone)',
    to: 'if (!isAdded)',
    title: 'R74 a replacement of the keys is refused if two others ended since it read them (postgres)',
  }),
  ...guardsOf('store/signing-keys.ts', 'assertion/signing-keys.test.ts', {
    guard: 'Of several instances one adds the next key',
    from: ".onConflict((conflict) => conflict.column('generation').doNothing())",
    to: '',
    title: 'R74 several instances add one key, and sign with the same one',
  }),
  ...guardsOf(
    'flow/assertion-facts.ts',
    'http/assertion.test.ts',
    {
      guard: 'Only a login and a step-up end in an assertion',
      from: "if (kind !== 'login' && kind !== 'step-up') {",
      to: "if (kind === 'unlock') {",
      title: 'R68 a nonce is refused for other kinds, for clients, without an Origin and in a wrong form',
    },
    {
      guard: 'The login of a client ends in no assertion',
      from: 'if (client !== undefined || isOfClient)',
      to: 'if (isOfClient)',
      title: 'R68 a nonce is refused for other kinds, for clients, without an Origin and in a wrong form',
    },
    {
      guard: 'The session of a client gets no assertion by a step-up',
      from: 'if (client !== undefined || isOfClient)',
      to: 'if (client !== undefined)',
      title: 'R94 the session of a client gets no assertion by a step-up',
    },
    {
      guard: 'The audience of an assertion follows from the header Origin',
      from: 'return { assertion: { nonce, audience: origin } };',
      to: "return { assertion: { nonce, audience: 'https://portal.example' } };",
      title: 'R68 a login with a nonce ends in an assertion for the origin that started it',
    },
  ),
  ...guardsOf(
    'flow/assertion-facts.ts',
    'http/cors.test.ts',
    {
      guard: 'A login on another origin ends in an assertion',
      from: "if (otherOrigin && kind === 'login' && nonce === undefined) {",
      to: "if (otherOrigin && kind === 'reset' && nonce === undefined) {",
      title: 'R75 a login of a portal without a nonce, and other kinds, are refused with the reason',
    },
    {
      guard: 'A page on another origin starts logins and requests for a link only',
      from: "if (otherOrigin && kind !== 'login' && kind !== 'recover') {",
      to: "if (otherOrigin && kind === 'unlock') {",
      title: 'R75 a login of a portal without a nonce, and other kinds, are refused with the reason',
    },
  ),
  ...guardsOf('flow/issue-cookies.ts', 'http/cors.test.ts', {
    guard: 'A login on another origin makes no session and no device',
    from: 'if (request.otherOrigin) return {};',
    to: '',
    title: 'R75 a portal on another origin logs a user in without cookies, and gets an assertion only',
  }),
  ...guardsOf('flow/step-context.ts', 'http/cors.test.ts', {
    guard: 'A portal chooses only among its organisations',
    from: 'among && !among.includes(id) ? undefined : await deps.findOrganisation(id);',
    to: 'among?.length === 0 ? undefined : await deps.findOrganisation(id);',
    title: 'R75 a portal chooses only among its organisations',
  }),
  ...guardsOf(
    'http/cors.ts',
    'http/cors.test.ts',
    {
      guard: 'The routes that rest on a cookie are closed to other origins',
      from: 'origin !== undefined && OPEN.test(path) ? known.get(origin) : undefined;',
      to: "origin !== undefined && path !== '' ? known.get(origin) : undefined;",
      title: 'R75 every other route is closed to a portal: nothing is readable, and nothing changes',
    },
    {
      guard: 'A flow of a portal is bound to its origin',
      from: 'export const originBinding = ({ origin }: OtherOrigin): string => `origin ${origin}`;',
      to: 'export const originBinding = (_: OtherOrigin): string => `origin`;',
      title: 'R75 a flow of a portal is bound to its origin: with its token, any other origin gets 404',
    },
    {
      guard: 'A preflight of an unknown origin is refused',
      from: "if (!portalOf(headers, path)) throw new HttpProblem('cross-site', { detail: refusal() });",
      to: '',
      title: 'R75 a preflight is answered for the open routes and the listed origins only',
    },
  ),
  ...guardsOf('http/handler.ts', 'http/cors.test.ts', {
    guard: 'The cookies of a portal’s request are not read',
    from: 'tokens: otherOrigin ? { flow: originBinding(otherOrigin) } : cookies.read(req.headers.cookie),',
    to: 'tokens: cookies.read(req.headers.cookie),',
    title: 'R75 a portal on another origin logs a user in without cookies, and gets an assertion only',
  }),
];
