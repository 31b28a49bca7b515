import { type Guard, guardsOf } from '../guard.ts';

/** Guards of HTTP requests: origins, cookies, bodies, addresses and headers. */
export const httpGuards: readonly Guard[] = [
  ...guardsOf(
    'http/cookies.ts',
    'http/cookies.test.ts',
    {
      guard: 'Cookies are HttpOnly',
      from: 'httpOnly: true,',
      to: 'httpOnly: false,',
      title: 'R72: cookies are __Host-, Secure, HttpOnly, SameSite=Lax, Path=/ and without a Domain',
    },
    {
      guard: 'Cookies are Secure on https',
      from: "{ path: '/', secure, httpOnly",
      to: "{ path: '/', secure: false, httpOnly",
      title: 'R72: cookies are __Host-, Secure, HttpOnly, SameSite=Lax, Path=/ and without a Domain',
    },
    {
      guard: 'Cookies are SameSite=Lax',
      from: "sameSite: 'lax'",
      to: "sameSite: 'none'",
      title: 'R72: cookies are __Host-, Secure, HttpOnly, SameSite=Lax, Path=/ and without a Domain',
    },
    {
      guard: 'Cookies are __Host- on https',
      from: "secure ? '__Host-mfa-' : 'mfa-'",
      to: "secure ? 'mfa-' : 'mfa-'",
      title: 'R72: cookies are __Host-, Secure, HttpOnly, SameSite=Lax, Path=/ and without a Domain',
    },
    {
      guard: 'A duplicate cookie counts as absent',
      from: ' && !isDuplicate(header, names[kind])',
      to: '',
      title: 'R72: a duplicate cookie counts as absent',
    },
    {
      guard: 'A malformed cookie counts as absent',
      from: 'forms[kind].test(value) && ',
      to: '',
      title: 'R72: only cookies with an expected name and a well-formed token are read',
    },
  ),
  ...guardsOf(
    'http/handler.ts',
    'http/handler-origin.test.ts',
    {
      guard: 'A foreign origin is refused',
      from: 'headers.origin === undefined || allowed.has(headers.origin)',
      to: 'true',
      title: 'R75: any other origin is refused by an exact comparison',
    },
    {
      guard: 'A request that the browser marks as cross-site is refused',
      from: "if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;",
      to: '',
      title: 'R75: a request that the browser reports as cross-site or same-site is refused with any origin',
    },
  ),
  ...guardsOf('http/handler.ts', 'http/matrices.test.ts', {
    guard: 'Every changing route checks the origin',
    from: 'if (isChanging(route) && !otherOrigin && !isAllowed(req.headers))',
    to: 'if (false)',
    title: 'R75 a changing request from a foreign origin is refused on every route and changes nothing',
  }),
  ...guardsOf(
    'http/body.ts',
    'http/strict-json.test.ts',
    {
      guard: 'A duplicate key in an object is refused',
      from: "if (names.has(name)) throw new StrictJsonError('each key once');",
      to: '',
      title: 'R76: a duplicate key in an object is refused in any spelling',
    },
    {
      guard: '__proto__ is refused',
      from: "if (name === '__proto__') throw new StrictJsonError('no key __proto__');",
      to: '',
      title: 'R76: __proto__ is refused at any depth and in any spelling',
    },
    {
      guard: 'JSON has at most 16 levels',
      from: 'if (open.push(names) > MAX_DEPTH)',
      to: 'if (open.push(names) < 0)',
      title: 'R76: more than sixteen levels are refused',
    },
  ),
  ...guardsOf(
    'http/body.ts',
    'http/body.test.ts',
    {
      guard: 'A body with a declared length over 16 KB is refused before it is read',
      from: "if (Number(req.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge(req, timeout);",
      to: '',
      title: 'R76: a body with a content length over 16 KB is refused before it arrives',
    },
    {
      guard: 'A body that grows past 16 KB is refused',
      from: 'if (size > BODY_LIMIT) finish',
      to: 'if (size < 0) finish',
      title: 'R76: a body over 16 KB is 413, with or without a content length, and one of exactly 16 KB is read',
    },
    {
      guard: 'A body must arrive within ten seconds',
      from: 'const timer = setTimeout(onLate, timeout);',
      to: 'const timer = setTimeout(onLate, 600_000);',
      title: 'a body that arrives too slowly is refused and its connection closed (R87 in part)',
    },
    {
      guard: 'A body must be UTF-8',
      from: 'if (!isUtf8(bytes))',
      to: 'if (bytes.length < 0)',
      title: 'R76: broken JSON, broken UTF-8 and an empty body are 400',
    },
    {
      guard: 'A body must be application/json, which no HTML form can send',
      from: "if (type !== 'application/json' && !(type !== undefined && JSON_TYPE.test(type))) {",
      to: 'if (type === null) {',
      title: 'R76: another content type, another charset and a compressed body are 415',
    },
  ),
  ...guardsOf(
    'http/caller.ts',
    'http/caller.test.ts',
    {
      guard: 'A forwarded address counts only from a configured proxy',
      from: 'if (forwarded === undefined || !trusted(peer)) return network(peer);',
      to: 'if (forwarded === undefined) return network(peer);',
      title: 'R45: without configured proxies X-Forwarded-For is ignored',
    },
    {
      guard: 'The rightmost address that is not a proxy counts',
      from: 'if (!trusted(address)) break;',
      to: '',
      title: 'R45: behind configured proxies the rightmost address that is not a proxy counts',
    },
    {
      guard: 'IPv6 addresses are counted by their /64',
      from: 'const prefix = expand(address).slice(0, 4);',
      to: 'const prefix = expand(address);',
      title: 'R45: IPv6 counts by /64, and an IPv4 address written as IPv6 is the same client',
    },
  ),
  ...guardsOf(
    'http/body.ts',
    'http/route-table.test.ts',
    {
      guard: 'An unknown query parameter is refused',
      from: "if (!allowed.includes(name)) throw malformed('?', 'no other parameters');",
      to: '',
      title: 'R76: a duplicate or unknown query parameter and one with control characters are refused',
    },
    {
      guard: 'A duplicate query parameter is refused',
      from: "if (found.has(name)) throw malformed(`?${name}`, 'each parameter once');",
      to: '',
      title: 'R76: a duplicate or unknown query parameter and one with control characters are refused',
    },
  ),
  ...guardsOf(
    'http/answer.ts',
    'http/validation.test.ts',
    {
      guard: 'Responses are not cached',
      from: "'Cache-Control': 'no-store'",
      to: "'Cache-Control': 'private'",
      title: 'R79: every response has no-store, nosniff and no-referrer, and can’t be framed',
    },
    {
      guard: "Responses can't be framed",
      from: "frame-ancestors 'none'",
      to: 'frame-ancestors *',
      title: 'R79: every response has no-store, nosniff and no-referrer, and can’t be framed',
    },
    {
      guard: 'Content types are not guessed',
      from: "'X-Content-Type-Options': 'nosniff'",
      to: "'X-Content-Type-Options': 'none'",
      title: 'R79: every response has no-store, nosniff and no-referrer, and can’t be framed',
    },
  ),
  ...guardsOf('http/answer.ts', 'http/mounting.test.ts', {
    guard: 'A middleware that replaces writeHead loses no header',
    from: 'res.writeHead(status, withHeaders(start, headers)).end(text);',
    to: 'res.writeHead(status, Object.entries(withHeaders(start, headers)).flat()).end(text);',
    title: 'R79 the headers are kept behind a middleware that replaces writeHead',
  }),
  ...guardsOf(
    'return-to.ts',
    'http/return-to.test.ts',
    {
      guard: 'A login returns only to origins on the allow-list',
      from: 'if (origin !== undefined && organisation?.returnTo.includes(origin)) return true;',
      to: 'if (origin !== undefined && organisation) return true;',
      title: 'R70 a login returns only to the configured origins, compared as a browser parses them',
    },
    {
      guard: 'A return URL with credentials is refused',
      from: "url.username === '' && url.password === '' ? url.origin : undefined",
      to: 'url.origin',
      title: 'R70 a login returns only to the configured origins, compared as a browser parses them',
    },
    {
      guard: 'A return URL that two parsers read differently is refused',
      from: 'if (AMBIGUOUS.test(text)) return undefined;',
      to: '',
      title: 'R70 a login returns only to the configured origins, compared as a browser parses them',
    },
  ),
  ...guardsOf(
    'sessions/sessions.ts',
    'http/sessions.test.ts',
    {
      guard: 'A remembered device does not satisfy a step-up',
      from: "if (session.acr !== 'aal2' || session.factor_time === null) return false;",
      to: 'if (session.factor_time === null) return false;',
      title: 'R73: a remembered device and a password do not meet a step-up',
    },
    {
      guard: 'A step-up has a maximum age',
      from: 'return age >= 0 && age <= maxAge * 1000;',
      to: 'return age >= 0;',
      title:
        'R73: requireSession and requireStepUp let sufficient sessions through and state what is missing otherwise',
    },
  ),
  ...guardsOf('account/remove-factor.ts', 'http/account.test.ts', {
    guard: 'An authenticator is removed only after a step-up',
    from: "if (!isProven) throw new AccountError('insufficient-user-authentication');",
    to: '',
    title: 'R9: removing the last factor needs a step-up, and also removes its devices, recovery codes and sessions',
  }),
  ...guardsOf('account/remembered-devices.ts', 'http/account.test.ts', {
    guard: 'A device is remembered only for a duration that the policy allows',
    from: "if (!choices.includes(rememberFor)) throw new AccountError('not-allowed');",
    to: '',
    title: 'R37: a duration that the policy does not offer is refused',
  }),
  ...guardsOf(
    'http/idempotency.ts',
    'http/idempotency.test.ts',
    {
      guard: 'A stored response is sealed to its idempotency key',
      from: "keyring.seal(JSON.stringify(kept), ['idempotency', key])",
      to: 'JSON.stringify(kept)',
      title: 'a stored response is sealed in the database, without a token or body in the clear (R59 in part)',
    },
    {
      guard: 'An idempotency key with a different body is a conflict',
      from: "if (claimed.requestHash !== requestHash) throw new HttpProblem('idempotency-conflict');",
      to: '',
      title: 'another body with the same key is 409, and an invalid key is 400',
    },
    {
      guard: 'A stored response is returned only to its own browser',
      from: "if (browser && !isSameBrowser(browser, kept)) throw new HttpProblem('idempotency-conflict');",
      to: '',
      title: 'starts with one key create one flow, whether or not the first response arrived',
    },
  ),
];
