import { type Guard, guardsOf } from '../guard.ts';

const forgery = 'K11 each forgery of a token is refused, and makes no flow';
const cap = 'K11 a hand-over proves at most what the policy lets the system prove';
const browser = 'K11 a token counts only in the browser that got its nonce';

/** Guards of hand-overs by other systems (K11). */
export const handOverGuards: readonly Guard[] = [
  ...guardsOf(
    'hand-over/verify-token.ts',
    'http/hand-over.test.ts',
    {
      guard: 'A token brings no key of its own',
      from: 'if (Object.keys(header).some((name) => !HEADER_MEMBERS.includes(name))) {',
      to: 'if (HEADER_MEMBERS.length === 0) {',
      title: forgery,
    },
    {
      guard: 'Another JWT of the system is no token',
      from: 'return header.typ === TOKEN_TYPE ? undefined : `its "typ" must be "${TOKEN_TYPE}"`;',
      to: 'return undefined;',
      title: forgery,
    },
    {
      guard: 'A token is for one audience',
      from: "if (payload.aud !== audience) return wrongClaim('aud');",
      to: '',
      title: forgery,
    },
    {
      guard: 'A token is valid for at most a minute',
      from: "if (claims.exp - claims.iat > MAX_AGE_S) return wrongClaim('exp');",
      to: '',
      title: forgery,
    },
    {
      guard: 'A token is at most a minute old',
      from: 'clockTolerance: CLOCK_TOLERANCE_S, maxTokenAge: MAX_AGE_S - CLOCK_TOLERANCE_S },',
      to: 'clockTolerance: CLOCK_TOLERANCE_S },',
      title: forgery,
    },
    {
      guard: 'A token counts only in the browser that got its nonce',
      from: "if (!sameHash(claims.nonce, nonce)) return { fault: 'its nonce is not that of this browser' };",
      to: 'if (!sameHash(nonce, nonce)) return { fault: "" };',
      title: browser,
    },
  ),
  ...guardsOf('hand-over/nonce.ts', 'http/hand-over.test.ts', {
    guard: 'The other system does not learn the cookie',
    from: 'export const nonceOf = (token: string): string => hashToken(`hand-over ${token}`);',
    to: 'export const nonceOf = (token: string): string => token;',
    title: browser,
  }),
  ...guardsOf(
    'flow/hand-over-facts.ts',
    'http/hand-over.test.ts',
    {
      guard: 'A token is used once',
      from: 'return await database.write((tx) => useOnce(tx, { ...used, expiresAt: usedUntil(token) }));',
      to: 'return await database.write(async (tx) => (await useOnce(tx, { ...used, expiresAt: usedUntil(token) })) || true);',
      title: 'K11 a token is accepted once, also when copies arrive at the same time',
    },
    {
      guard: 'A token that says nothing of a second factor proves none',
      from: "token.amr?.includes('mfa') === true;",
      to: "token.amr?.includes('none') !== true;",
      title: cap,
    },
    {
      guard: 'A disabled account is not let in by a hand-over',
      from: "if (!portal) return account?.state === 'active' ? account : undefined;",
      to: 'if (!portal) return account;',
      title: 'K11 a disabled account is not let in by a hand-over',
    },
    {
      guard: 'The id of a token alone names the user of a portal',
      from: 'if (user?.id !== sub || !user.isActive) return undefined;',
      to: 'if (!user?.isActive) return undefined;',
      title: 'K11 where the portal has the users, it decides who is one, and the id of the token alone names the user',
    },
    {
      guard: 'A hand-over is for a login without a client',
      from: "if (flow.row.kind !== 'login' || client !== undefined || otherOrigin) {",
      to: 'if (otherOrigin) {',
      title: 'K11 a hand-over is refused for other kinds, for clients, and for pages of another origin',
    },
  ),
  ...guardsOf('flow/rules/accepted.ts', 'http/hand-over.test.ts', {
    guard: 'A key that the policy no longer has proves nothing',
    from: 'if (!system || !isAccepted) return undefined;',
    to: 'if (!system) return undefined;',
    title: 'R92 a system that the policy no longer has, or trusts less, ends no login',
  }),
  ...guardsOf('flow/rules/accepted.ts', 'flow/rules/hand-over.test.ts', {
    guard: 'The policy caps what a system proves',
    from: "return system.proves === 'factor' ? proves : 'password';",
    to: 'return proves;',
    title: 'K11 the present policy caps what a hand-over has proven',
  }),
  ...guardsOf('flow/rules/next-step.ts', 'flow/rules/hand-over.test.ts', {
    guard: 'A new password comes after a factor of this flow, also after a hand-over',
    from: '(!isFactorHandedOver(q) || isRenewalDue(q));',
    to: '!isFactorHandedOver(q);',
    title: 'K11 a new password comes after a factor of this flow, also after a hand-over',
  }),
  ...guardsOf('flow/recheck.ts', 'http/hand-over.test.ts', {
    guard: 'The transaction of a login checks the system that handed the user over again',
    from: "if (!policy || !isHandOverAccepted(facts, policy)) gone.push('handOver');",
    to: '',
    title: 'R92 a policy that changes while a hand-over is stored ends no login',
  }),
];
