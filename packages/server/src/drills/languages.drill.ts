/*
 * Threat: an assertion is verifiable by our own library only, or the samples of the guide accept what they must refuse.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { createTweestap } from '../create.ts';
import { Browser } from '../http/testing/browser.ts';
import { encryptionKeys, keyring, organisations } from '../http/testing/organisations.ts';
import { first, memoryLogger, totp } from '../http/testing/server.ts';
import { sqliteForTests } from '../store/testing/databases.ts';
import { addUserWithCodes, cheapHashing } from '../testing/users.ts';

const ORIGIN = 'https://portal.example';
const NONCE = 'nonce-of-the-portals-session';
const guide = readFileSync(new URL('../../../../docs/guide/other-language.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'tweestap-languages-'));
after(() => rmSync(folder, { recursive: true }));

/** A language of the guide: how its sample is run, and what the system must have. */
interface Language {
  name: string;
  fence: string;
  file: string;
  command: string;
  /** Prints the version of the library. */
  probe: string[];
  packages: string;
  /** Calls the sample for each case of standard input, as JSON, and prints a subject or `refused`. */
  runner: string;
}

const languages: Language[] = [
  {
    ...{ name: 'Python', fence: 'python', file: 'portal.py', command: '/usr/bin/python3' },
    probe: ['-c', 'import cryptography, jwt; print(jwt.__version__)'],
    packages: 'python3-jwt python3-cryptography',
    runner: `import json, sqlite3, sys
import portal
database = sqlite3.connect(sys.argv[1])
database.execute("create table used_assertions (jti text primary key, expires_at integer not null)")
for case in json.load(sys.stdin):
    try:
        print(portal.verify(case["assertion"], case["nonce"], database)["sub"])
    except portal.jwt.PyJWTError:
        print("refused")
`,
  },
  {
    ...{ name: 'Ruby', fence: 'ruby', file: 'portal.rb', command: '/usr/bin/ruby' },
    probe: ['-e', 'require "jwt"; puts JWT.gem_version'],
    packages: 'ruby ruby-jwt',
    runner: `require "json"
require_relative "portal"
used = {}
JSON.parse($stdin.read).each do |given|
  begin
    puts verify(given["assertion"], given["nonce"]) { |jti, till| used.key?(jti) ? false : (used[jti] = till) }["sub"]
  rescue JWT::DecodeError
    puts "refused"
  end
end
`,
  },
];

/** Changes a member of a JWT and keeps its signature. */
function changed(assertion: string, part: 0 | 1, members: object): string {
  const parts = assertion.split('.');
  const value = { ...JSON.parse(Buffer.from(parts[part] ?? '', 'base64url').toString()), ...members };
  return parts.with(part, Buffer.from(JSON.stringify(value)).toString('base64url')).join('.');
}

/** Runs the sample of a language on cases, and returns a line for each. */
async function run(
  script: string,
  command: string,
  cases: object[],
  { issuer = '', origin = ORIGIN },
): Promise<string[]> {
  const env = { PATH: process.env.PATH, LOGIN_SERVER: issuer, PORTAL_ORIGIN: origin };
  const child = spawn(command, [join(folder, script), join(folder, `${script}.${origin.length}.db`)], { env });
  const printed = [child.stdout, child.stderr].map(readAll);
  child.stdin.end(JSON.stringify(cases));
  const [code] = await once(child, 'close');
  const [lines = '', errors] = await Promise.all(printed);
  assert.equal(code, 0, errors);
  return lines.trim().split('\n');
}

/** Logs a user in on a real server and calls `use` with the assertion, while the server publishes its keys. */
async function withAssertion(use: (given: { assertion: string; subject: string; issuer: string }) => Promise<void>) {
  const fixture = await sqliteForTests.open();
  const http = createServer((req, res) => void tweestap.handler(req, res)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const tweestap = await createTweestap({
    ...{ database: fixture.address, encryptionKeys, baseUrl: issuer, organisations, hasher: cheapHashing },
    ...{ logger: memoryLogger(), portals: [{ origin: ORIGIN }] },
  });
  const browser = new Browser(issuer + tweestap.mountPath);
  try {
    const clock = Object.assign(() => Date.now(), { advance: () => {} });
    const ada = await addUserWithCodes({ ...fixture, clock, keyring }, 'alpha', 'ada');
    const inputs = [...first(ada), totp(ada)];
    const headers = { origin: ORIGIN, 'sec-fetch-site': 'cross-site' };
    const reply = await browser.post('/flows', { kind: 'login', nonce: NONCE, inputs }, { headers });
    const { assertion } = reply.body.flow.step;
    assert.ok(assertion, reply.text);
    await use({ assertion, subject: ada.id, issuer });
  } finally {
    browser.close();
    http.close();
    http.closeAllConnections();
    await tweestap.close();
    await fixture.close();
  }
}

for (const { name, fence, file, command, probe, packages, runner } of languages) {
  test(`R68 a JWT library of ${name} verifies a real assertion, by the sample of the guide`, async () => {
    const found = spawnSync(command, probe, { encoding: 'utf8' });
    assert.equal(found.status, 0, `${command} or its JWT library is missing: apt-get install ${packages}`);
    console.log(`${name}: library version ${found.stdout.trim()}`);
    const [sample = ''] = new RegExp(`(?<=\`\`\`${fence}\n)[^]*?(?=\n\`\`\`)`).exec(guide) ?? [];
    assert.ok(sample, `the guide has no sample in ${name}`);
    writeFileSync(join(folder, file), `${sample}\n`);
    const script = `run-${file}`;
    writeFileSync(join(folder, script), runner);
    await withAssertion(async ({ assertion, subject, issuer }) => {
      const unsigned = changed(assertion, 0, { alg: 'none' });
      const refused = [
        { assertion, nonce: 'nonce-of-another-session' },
        { assertion, nonce: '' },
        { assertion: changed(assertion, 1, { sub: 'other' }), nonce: NONCE },
        { assertion: unsigned, nonce: NONCE },
        { assertion: unsigned.replace(/[^.]+$/, ''), nonce: NONCE },
        { assertion: changed(assertion, 0, { kid: 'unknown' }), nonce: NONCE },
        { assertion: 'no JWT', nonce: NONCE },
      ];
      const twice = [1, 2].map(() => ({ assertion, nonce: NONCE }));
      const lines = await run(script, command, [...refused, ...twice], { issuer });
      assert.deepEqual(lines, [...refused.map(() => 'refused'), subject, 'refused']);
      const elsewhere = await run(script, command, twice, { issuer, origin: `${ORIGIN}:444` });
      assert.deepEqual(elsewhere, ['refused', 'refused'], 'for another portal');
    });
  });
}
