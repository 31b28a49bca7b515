import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durations } from '@tweestap/protocol';
import { durationMs, minPasswordLength } from './policy.ts';
import { OrganisationError, organisationJsonSchema, parseOrganisation } from './schema.ts';

const smallest = { id: 'wilg', name: 'Praktijk De Wilg' };
const policyOf = (policy = {}) => parseOrganisation({ ...smallest, policy }).policy;

/** The example of RFC 7517 §A.1. */
const key = {
  ...{ kty: 'EC', crv: 'P-256' },
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
};

test('only the id and the name are required, the other fields have defaults', () => {
  assert.deepEqual(parseOrganisation(smallest), {
    ...smallest,
    username: 'username',
    returnTo: [],
    policy: {
      factor: 'mandatory',
      authenticators: 'many',
      remember: { choices: ['never', '12h', '1d', '3d', '1w'], default: '12h' },
      locks: { soft: 10, hard: 100, firstWaitSeconds: 60, maxWaitSeconds: 3600, ways: ['wait', 'helpdesk'] },
      recoveryCodes: true,
      confirmPassword: 'when-stale',
      resetBy: 'factor',
      mayReusePassword: false,
      selfRegistration: false,
      methods: [{ method: 'totp' }],
      push: { match: 'six-digits' },
      offerPasskeys: true,
      clients: [],
      emailCodes: false,
    },
    language: 'en',
    pages: {},
  });
});

test('K11 a system that hands users over has either keys or a URL of them, and each key can be told from the others', () => {
  const system = { issuer: 'https://school.example', name: 'School' };
  const handOver = (...given: object[]) =>
    policyOf({ handOver: given.map((each) => ({ ...system, ...each })) }).handOver;
  assert.equal(handOver({ keys: [key] })?.[0]?.proves, 'password');
  assert.ok(handOver({ jwks: 'https://school.example/jwks.json', proves: 'factor' }));
  assert.ok(
    handOver({
      keys: [
        { ...key, kid: 'one' },
        { ...key, kid: 'two' },
      ],
    }),
  );
  const wrong: object[][] = [
    [{}],
    [{ keys: [key], jwks: 'https://school.example/jwks.json' }],
    [{ jwks: 'http://school.example/jwks.json' }],
    // The server itself fetches the keys, and may find a name of .localhost elsewhere.
    [{ jwks: 'http://school.localhost/jwks.json' }],
    [{ jwks: 'file:///etc/keys' }],
    [{ keys: [key, { ...key, kid: 'two' }, key] }],
    [{ keys: [{ ...key, d: 'AAAA' }] }],
    [{ keys: [{ ...key, y: key.x }] }],
    [{ keys: [key], proves: 'everything' }],
    [{ keys: [key] }, { keys: [key] }],
  ];
  for (const given of wrong) assert.throws(() => handOver(...given), OrganisationError, JSON.stringify(given));
});

test('given values are kept, and missing ones get their defaults', () => {
  const parsed = parseOrganisation({
    ...smallest,
    username: 'email',
    help: { text: { en: 'Ask Fatima', nl: 'Vraag Fatima' }, url: 'https://wilg.example/hulp' },
    policy: { authenticators: 'one', remember: { choices: ['never'], default: 'never' }, locks: { soft: 5 } },
    returnTo: ['https://portal.wilg.example', 'http://localhost:3000'],
  });
  assert.equal(parsed.policy.authenticators, 'one');
  assert.deepEqual(parsed.policy.locks, {
    soft: 5,
    hard: 100,
    firstWaitSeconds: 60,
    maxWaitSeconds: 3600,
    ways: ['wait', 'helpdesk'],
  });
  assert.deepEqual(parsed.returnTo, ['https://portal.wilg.example', 'http://localhost:3000']);
});

const withClient = (...clients: object[]) => ({
  ...smallest,
  policy: { clients: clients.map((each) => ({ id: 'app', name: 'App', factor: 'password', ...each })) },
});

test('R94 a client has public keys of the accepted types, or allows installations', () => {
  const [client] = parseOrganisation(withClient({ keys: [key] })).policy.clients;
  assert.deepEqual(client, { id: 'app', name: 'App', factor: 'password', keys: [key], installations: false });
});

test('an error has the path of the wrong value and what was expected', () => {
  const cases: [unknown, string, RegExp][] = [
    [null, '', /expected object/],
    [{ name: 'x' }, 'id', /expected string/],
    [{ ...smallest, id: 'De Wilg' }, 'id', /a-z, 0-9/],
    [{ ...smallest, name: ' ' }, 'name', />=1/],
    [{ ...smallest, colour: 'red' }, '', /colour/],
    [{ ...smallest, username: 'phone' }, 'username', /"username"\|"email"/],
    [{ ...smallest, help: { text: { en: 'only English' } } }, 'help.text', /./],
    [{ ...smallest, help: { text: 'x', url: 'javascript:alert(1)' } }, 'help.url', /URL/],
    [{ ...smallest, policy: { factor: 'never' } }, 'policy.factor', /"mandatory"/],
    [{ ...smallest, policy: { remember: { choices: ['2w'], default: '2w' } } }, 'policy.remember.choices.0', /"1w"/],
    [{ ...smallest, policy: { remember: { choices: ['never'] } } }, 'policy.remember.default', /one of the choices/],
    [
      { ...smallest, policy: { remember: { choices: ['1d', '1d'], default: '1d' } } },
      'policy.remember.choices',
      /once/,
    ],
    [{ ...smallest, policy: { locks: { soft: 1 } } }, 'policy.locks.soft', />=3/],
    [{ ...smallest, policy: { sms: {} } }, 'policy.sms.country', /string/],
    [{ ...smallest, policy: { sms: { country: 'Netherlands' } } }, 'policy.sms.country', /country code such as NL/],
    [{ ...smallest, policy: { sms: { country: 'nl' } } }, 'policy.sms.country', /country code such as NL/],
    [{ ...smallest, policy: { sms: { country: 'NL', countries: ['BE'] } } }, 'policy.sms.countries', /the country as/],
    [{ ...smallest, policy: { sms: { country: 'NL', countries: [] } } }, 'policy.sms.countries', />=1/],
    [{ ...smallest, policy: { sms: { country: 'NL', perDay: { account: 0 } } } }, 'policy.sms.perDay.account', />=1/],
    [{ ...smallest, policy: { locks: { hard: 101 } } }, 'policy.locks.hard', /<=100/],
    [{ ...smallest, policy: { locks: { soft: 50, hard: 20 } } }, 'policy.locks.hard', /soft limit/],
    [
      { ...smallest, policy: { locks: { firstWaitSeconds: 60, maxWaitSeconds: 5 } } },
      'policy.locks.maxWaitSeconds',
      /firstWait/,
    ],
    [{ ...smallest, policy: { locks: { ways: [] } } }, 'policy.locks.ways', />=1/],
    [{ ...smallest, policy: { selfRegistration: true } }, 'policy.selfRegistration', /"username": "email"/],
    [{ ...smallest, policy: { resetBy: 'sms' } }, 'policy.resetBy', /factor/],
    [{ ...smallest, pages: { reset: 'http://portal.example/new' } }, 'pages.reset', /https/],
    [{ ...smallest, pages: { reset: 'https://portal.example/new#top' } }, 'pages.reset', /without a fragment/],
    [{ ...smallest, pages: { login: 'https://portal.example/' } }, 'pages', /login/],
    [{ ...smallest, policy: { factor: 'optional', setUp: { from: '2026-02-30' } } }, 'policy.setUp.from', /ISO date/],
    [
      { ...smallest, policy: { factor: 'optional', setUp: { from: '2026-07-01', until: '2026-06-30' } } },
      'policy.setUp.until',
      /not before from/,
    ],
    [
      { ...smallest, policy: { factor: 'optional', setUp: { timeZone: 'Europe/Atlantis' } } },
      'policy.setUp.timeZone',
      /time zone such as/,
    ],
    [{ ...smallest, policy: { setUp: { until: '2026-06-30' } } }, 'policy.setUp', /optional/],
    [{ ...smallest, policy: { emailCodes: true, resetBy: 'mail' } }, 'policy.emailCodes', /mailbox alone/],
    [{ ...smallest, policy: { methods: [] } }, 'policy.methods', />=1/],
    [{ ...smallest, policy: { methods: ['totp'] } }, 'policy.methods.0', /such as \{ "method": "totp" \}/],
    [{ ...smallest, policy: { methods: [{ method: 'totp' }, { method: 'totp' }] } }, 'policy.methods', /once/],
    [{ ...smallest, policy: { methods: [{ method: 'recovery-code' }] } }, 'policy.methods.0.method', /"totp"/],
    [{ ...smallest, policy: { passwordExpiresAfterDays: 0 } }, 'policy.passwordExpiresAfterDays', />=1/],
    [withClient({ factor: 'none' }), 'policy.clients.0.factor', /"password"\|"policy"/],
    [withClient({}), 'policy.clients.0.keys', /without a key/],
    [withClient({ keys: [{ ...key, d: 'A'.repeat(43) }] }), 'policy.clients.0.keys.0', /"d"/],
    [withClient({ keys: [{ ...key, crv: 'P-384' }] }), 'policy.clients.0.keys.0.crv', /"P-256"/],
    [withClient({ keys: [{ ...key, y: key.x }] }), 'policy.clients.0.keys.0', /point on the curve/],
    [withClient({ installations: true }, { installations: true }), 'policy.clients', /once/],
    [{ ...smallest, returnTo: ['https://portal.example/path'] }, 'returnTo.0', /only an origin/],
    [{ ...smallest, returnTo: ['http://portal.example'] }, 'returnTo.0', /https/],
    [{ ...smallest, returnTo: ['*'] }, 'returnTo.0', /URL/],
  ];
  for (const [value, path, expected] of cases) {
    assert.throws(
      () => parseOrganisation(value),
      (error) => error instanceof OrganisationError && error.path === path && expected.test(error.expected),
      JSON.stringify(value),
    );
  }
});

test('R24 text messages go to one country by default, within limits per day', () => {
  const { sms } = parseOrganisation({ ...smallest, policy: { sms: { country: 'NL' } } }).policy;
  const perDay = { account: 10, number: 5, prefix: 100, country: 1000, network: 200, organisation: 1000 };
  assert.deepEqual(sms, { country: 'NL', countries: ['NL'], perDay });
  assert.equal(parseOrganisation(smallest).policy.sms, undefined);
  const stored = JSON.parse(JSON.stringify(parseOrganisation({ ...smallest, policy: { sms: { country: 'NL' } } })));
  assert.deepEqual(parseOrganisation(stored).policy.sms, sms, 'a stored definition is read unchanged');
});

test('R24 an organisation that offers codes by text message says to which countries', () => {
  const policy = { methods: [{ method: 'sms' }] };
  assert.throws(
    () => parseOrganisation({ ...smallest, policy }, ['totp', 'sms']),
    (error) => error instanceof OrganisationError && error.path === 'policy.sms' && /country/.test(error.expected),
  );
  assert.ok(parseOrganisation({ ...smallest, policy: { ...policy, sms: { country: 'NL' } } }, ['totp', 'sms']));
});

test('the JSON Schema requires only id and name, and allows no unknown field', () => {
  const schema: Record<string, unknown> = { ...organisationJsonSchema };
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
  assert.deepEqual(schema.required, ['id', 'name']);
  assert.equal(schema.additionalProperties, false);
});

test('R37: the durations of the choices are correct', () => {
  const hours = durations.map((choice) => durationMs(choice) / 3_600_000);
  assert.deepEqual(hours, [0, 12, 24, 72, 168]);
});

test('D10: fifteen characters are required if the password may be the only factor, eight if a factor is always required', () => {
  const never = { choices: ['never' as const], default: 'never' as const };
  assert.equal(minPasswordLength(policyOf()), 15);
  assert.equal(minPasswordLength(policyOf({ remember: never })), 8);
  assert.equal(minPasswordLength(policyOf({ remember: never, factor: 'optional' })), 15);
});

test('R27 a passkey is always among the choices where text messages are, in the place that the policy gives it', () => {
  const sms = { country: 'NL' };
  const methodsOf = (methods: object[]) => policyOf({ methods, sms }).methods.map(({ method }) => method);
  assert.deepEqual(methodsOf([{ method: 'sms' }]), ['sms', 'passkey']);
  assert.deepEqual(methodsOf([{ method: 'passkey' }, { method: 'sms' }]), ['passkey', 'sms']);
  assert.deepEqual(methodsOf([{ method: 'totp' }]), ['totp']);
});

test('D11 D14 codes by email are off by default, and never together with a reset by mail alone', () => {
  assert.equal(policyOf().emailCodes, false);
  assert.equal(policyOf({ emailCodes: true }).emailCodes, true);
  assert.throws(() => policyOf({ emailCodes: true, resetBy: 'mail' }), OrganisationError);
});
