import { type Guard, guardsOf } from '../guard.ts';

/** Guards of phones: proofs of possession, answers, links, limits and the addresses of push services. */
export const pushGuards: readonly Guard[] = [
  ...guardsOf(
    'push/dpop.ts',
    'push/dpop.test.ts',
    {
      guard: 'A proof of possession is for one method',
      from: "if (claims.htm !== request.method) throw new ProofError('htm');",
      to: '',
      title: 'R20 a proof for another method, address or origin is refused',
    },
    {
      guard: 'A proof of possession is for one address',
      from: "if (!request.urls.includes(claims.htu)) throw new ProofError('htu');",
      to: '',
      title: 'R20 a proof for another method, address or origin is refused',
    },
    {
      guard: 'A proof of possession is recent',
      from: "if (Math.abs(request.now - madeAt) > MAX_SKEW_MS) throw new ProofError('iat');",
      to: '',
      title: 'R20 a proof that is more than five minutes old or early is refused',
    },
  ),
  ...guardsOf('http/phone.ts', 'http/push.test.ts', {
    guard: 'A proof of possession is used once',
    from: "if (!(await database.write((tx) => useOnce(tx, { kind: 'dpop', id, expiresAt })))) throw badProof(clock());",
    to: "await database.write((tx) => useOnce(tx, { kind: 'dpop', id, expiresAt }));",
    title: 'R20 a proof is used once, over all instances, and an approval is not repeated',
  }),
  ...guardsOf('http/phone.ts', 'http/push.test.ts', {
    guard: 'A route of a phone is for the phone that it names',
    from: "if (phone.device.id !== exchange.id) throw new PushError('not-found');",
    to: '',
    title: 'R20 a hostile phone is refused in each way and changes nothing',
  }),
  ...guardsOf('push/signed-answer.ts', 'push/answer-request.test.ts', {
    guard: 'An answer has its own type and names the key of the phone',
    from: 'typ !== TYPE || kid !== device.thumbprint || Object.keys(more).length > 0',
    to: 'typ === undefined && kid === undefined && more === undefined',
    title: 'R20 an answer with a changed request, challenge, header or form is refused',
  }),
  ...guardsOf(
    'push/answer-request.ts',
    'push/answer-request.test.ts',
    {
      guard: "'This was not me' asks for a new password",
      from: 'await requireNewPassword(tx, accountId);',
      to: 'void requireNewPassword;',
      title: 'R21 "this was not me" ends the flows of the account, stops requests and notifies the user',
    },
    {
      guard: 'An answer is over the challenge of its request',
      from: 'answer?.request !== row.id || !isSame(answer.challenge, row.challenge)',
      to: 'answer === undefined',
      title: 'R20 an answer with a changed request, challenge, header or form is refused',
    },
    {
      guard: 'A phone answers only requests of its account',
      from: "if (row?.account_id !== device.account_id) throw new PushError('not-found');",
      to: "if (!row) throw new PushError('not-found');",
      title: 'R20 a phone of another account, another key and a removed phone approve nothing',
    },
    {
      guard: 'An approval needs the number of the login screen',
      from: "isSame(number, openNumber(keyring, row)) ? 'approved' : 'denied'",
      to: "number.length > 0 && keyring ? 'approved' : 'denied'",
      title: 'R20 a wrong number denies the request after one attempt',
    },
    {
      guard: "'This was not me' ends the flows of the account",
      from: 'await endFlowsOfAccount(tx, accountId, now);',
      to: '',
      title: 'R21 "this was not me" ends the flows of the account, stops requests and notifies the user',
    },
  ),
  ...guardsOf(
    'store/push/push-requests.ts',
    'push/answer-request.test.ts',
    {
      guard: 'An old approval is not used',
      from: "    .where('answered_at', '>', now - APPROVAL_LIFE_MS)\n",
      to: '',
      title: 'R20 an expired request can’t be approved, and an old approval can’t be used',
    },
    {
      guard: 'Three unanswered requests stop further ones',
      from: 'return oldest && { until: oldest.created_at + WINDOW_MS };',
      to: 'return oldest && undefined;',
      title: 'R21 after three unanswered requests in ten minutes none is sent',
    },
    {
      guard: 'A denied request stops further ones until a new password',
      from: 'if (await isPasswordDisowned(db, accountId)) return {};',
      to: '',
      title: 'R21 "this was not me" ends the flows of the account, stops requests and notifies the user',
    },
  ),
  ...guardsOf(
    'store/push/push-requests.ts',
    'store/push/push-requests.test.ts',
    {
      guard: 'An approval is used by its own flow',
      from: "    .where('id', '=', id)\n    .where('flow_id', '=', flowId)\n",
      to: "    .where('id', '=', id)\n    .where('flow_id', '!=', `${flowId} `)\n",
      title: 'R20 an approval is spent only by its own flow, while it is recent and its phone is active',
    },
    {
      guard: 'An approval is used once',
      from: "    .where('state', '=', 'approved')\n",
      to: "    .where('state', 'in', ['approved', 'spent'])\n",
      title: 'R20 an approval is spent once by 50 parallel transactions of two instances',
    },
    {
      guard: 'An approval of a removed phone is not used',
      from: "          .where('factors.state', '=', 'active'),\n",
      to: ',\n',
      title: 'R20 an approval is spent only by its own flow, while it is recent and its phone is active',
    },
    {
      guard: 'The first answer of a phone counts',
      from: "    .where('state', '=', 'pending')\n    .where('expires_at', '>', now)\n",
      to: "    .where('expires_at', '>', now)\n",
      title: 'R20 the first of two parallel answers counts, and none after the request has expired',
    },
  ),
  ...guardsOf('access/revoke.ts', 'push/revoked.test.ts', {
    guard: 'A revocation ends requests for approval',
    from: 'await endPushRequests(tx, accountId, exceptFlow);',
    to: '',
    title: 'R34 a help-desk reset, a disabled account and any revocation end requests and approvals',
  }),
  ...guardsOf('access/revoke.ts', 'push/revoked.test.ts', {
    guard: 'A revocation ends phones that are being linked',
    from: 'await endPushLinks(tx, accountId, now, exceptFlow);',
    to: '',
    title: 'R34 a phone that is being linked ends with the flows of the account',
  }),
  ...guardsOf('push/confirm-device.ts', 'push/link-device.test.ts', {
    guard: 'A code that a phone shows is confirmed on the screen',
    from: "if (isScreen && row.confirmed_at === null) throw new PushError('out-of-order');",
    to: '',
    title: 'without a number and an address, the phone shows the code and the screen takes it',
  }),
  ...guardsOf('push/confirm-device.ts', 'push/link-device.test.ts', {
    guard: 'A phone has five attempts at its code',
    from: "if (!isCounted) throw new PushError('link-expired');",
    to: '',
    title: 'R43 five wrong codes end the phone, also in parallel',
  }),
  ...guardsOf('push/link-device.ts', 'push/link-device.test.ts', {
    guard: 'A code is not mailed where the flow began with an email',
    from: 'flow !== undefined && !MAILED_KINDS.has(flow.kind)',
    to: 'flow !== undefined',
    title: 'a code is not mailed where the flow began with an email',
  }),
  ...guardsOf('push/unlocks.ts', 'push/unlocks.test.ts', {
    guard: 'A phone unlocks three times a day',
    from: "if (!counted) throw new PushError('throttled', Math.ceil(wait / 1000));",
    to: 'if (!counted && wait < 0) return;',
    title: 'R50 a phone unlocks three times a day, and an unlock without a lock costs none',
  }),
  ...guardsOf('push/web-push/endpoint.ts', 'push/web-push/endpoint.test.ts', {
    guard: 'A subscription names a known push service',
    from: ': url.hostname === host,',
    to: ': url.hostname !== host,',
    title: 'subscriptions are accepted only at known push services, by https and name',
  }),
  ...guardsOf('push/web-push/endpoint.ts', 'push/web-push/endpoint.test.ts', {
    guard: 'A push service is reached only at public addresses',
    from: '!addresses.every(({ address }) => isPublicAddress(address))',
    to: 'addresses.some(({ address }) => address === "")',
    title: 'a name that resolves to a private address is not connected to, even beside a public one',
  }),
  ...guardsOf('http/routes/push-routes.ts', 'http/push.test.ts', {
    guard: 'On the same phone a request needs the cookie of its flow',
    from: "const isOwn = flow && sameHash(flow.browser_hash, hashToken(exchange.tokens.flow ?? ''));",
    to: 'const isOwn = flow !== undefined;',
    title: 'on the same phone a request opens only with the cookie of its flow',
  }),
  ...guardsOf('steps/push.ts', 'push/answer-request.test.ts', {
    guard: 'Weak approvals are for logins only',
    from: "return kind === 'login' && facts.codesDue === undefined ? DIGITS[policy.push.match] : DIGITS['six-digits'];",
    to: "return kind && facts ? DIGITS[policy.push.match] : DIGITS['six-digits'];",
    title: 'R69 two digits and a plain yes reach aal1, and a step-up asks for six digits',
  }),
];
