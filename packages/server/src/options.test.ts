import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OptionsError, resolveOptions, type TweestapOptions } from './options.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const good: TweestapOptions = { database: ':memory:', encryptionKeys: `a:${key}`, baseUrl: 'https://portal.example' };

const portal = { find: async () => undefined, verifyPassword: async () => false };

const linesOf = (options: object): readonly string[] => {
  try {
    resolveOptions({ ...good, ...options } as TweestapOptions);
  } catch (error) {
    if (error instanceof OptionsError) return error.lines;
    throw error;
  }
  return [];
};

test('three options are required, the others have defaults', () => {
  const { mountPath, secure, origins, throttle, baseUrl } = resolveOptions(good);
  assert.deepEqual(
    { mountPath, secure, origins, throttle, baseUrl },
    {
      mountPath: '/mfa/v1',
      secure: true,
      origins: ['https://portal.example'],
      throttle: { failures: 300, codes: 300, perAccount: 30, stopped: 100, window: 600_000 },
      baseUrl: 'https://portal.example',
    },
  );
});

test('plain http is for localhost only', () => {
  for (const baseUrl of ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000']) {
    assert.equal(resolveOptions({ ...good, baseUrl }).secure, false);
  }
  assert.match(
    linesOf({ baseUrl: 'http://portal.example' })[0] ?? '',
    /^baseUrl must be https, plain http is for localhost only, got /,
  );
});

test('each wrong option has one line with its name and what was expected', () => {
  const wrong: [object, RegExp][] = [
    [{ database: '' }, /^database must be a file path/],
    [{ schema: 'tweestap' }, /^schema must be absent with a file/],
    [{ schema: 'Tweestap', database: 'postgres://me@db/portal' }, /^schema must be a name of .*, got "Tweestap"\.$/],
    [{ database: undefined }, /^database is missing; expected a file path/],
    [{ encryptionKeys: 'a:short' }, /^encryptionKeys is wrong: .*32 bytes/],
    [{ baseUrl: 'portal' }, /^baseUrl must be an absolute https URL, got "portal"\.$/],
    [{ baseUrl: 'https://x.example/?a=1' }, /^baseUrl must have no query/],
    [{ mountPath: '/mfa/' }, /^mountPath must be a path/],
    [{ mountPath: 'mfa' }, /^mountPath must be a path/],
    [{ origins: ['http://x.example'] }, /^origins\.0 must be https .*localhost only\), got "http:\/\/x\.example"/],
    [{ origins: ['https://x.example/'] }, /^origins\.0 must be an origin .*, got "https:\/\/x.example\/"/],
    [{ loginPage: '//evil.example' }, /^loginPage must be a path such as \/login, .*, got "\/\/evil.example"/],
    [{ directory: { find() {} } }, /^directory must be an object with find and verifyPassword/],
    [{ directory: { ...portal, setPassword: true } }, /^directory\.setPassword must be a function/],
    [
      { directory: { ...portal, answerTime: 50 } },
      /^directory\.answerTime must be a whole number of milliseconds from 200/,
    ],
    [{ loginPage: 'login' }, /^loginPage must be a path/],
    [{ trustedProxies: ['proxy'] }, /^trustedProxies is wrong: "proxy" is no IP address/],
    [{ organisations: [{ id: 'A', name: 'a' }] }, /^organisations\.0\.id is wrong: /],
    [
      {
        organisations: [
          { id: 'a', name: 'a' },
          { id: 'a', name: 'b' },
        ],
      },
      /^organisations must have different ids, "a" is duplicate/,
    ],
    [{ throttle: { failures: 0 } }, /^throttle\.failures must be a whole number from 1 to 1000000\.$/],
    [{ mail: 'smtp://mail.example?from=portal' }, /^mail is wrong: from is not an email address; expected smtp/],
    [{ mail: { send() {} } }, /^mail must be an smtp:/],
    [{ logLevel: 'loud' }, /^logLevel must be one of trace, .*, got "loud"/],
    [{ logger: {} }, /^logger must be an object/],
    [{ clock: 1 }, /^clock must be a function/],
    [{ baseURL: 'x' }, /^baseURL is not an option/],
    [{ hasher: { addressLimit: 0 } }, /^hasher\.addressLimit must be /],
    [
      { hasher: { parameters: { memory: 262_144, passes: 3, lanes: 1 } } },
      /^hasher\.parameters is wrong: expected .*memory \(KiB\) × passes of at most 524288\.$/,
    ],
    [{ hasher: { threads: 1 } }, /^hasher\.threads is not an option/],
  ];
  for (const [options, expected] of wrong) {
    const lines = linesOf(options);
    assert.equal(lines.length, 1, JSON.stringify(options));
    assert.match(lines[0] ?? '', expected);
  }
  assert.equal(linesOf({ mountPath: 'x', baseUrl: 'y', encryptionKeys: '' }).length, 3);
});

test('R25: no line repeats a key', () => {
  assert.ok(
    !linesOf({ encryptionKeys: `a:${key}x`, mountPath: 'x' })
      .join()
      .includes(key),
  );
});
