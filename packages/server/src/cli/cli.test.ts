import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sealAudit } from '../audit/chain.ts';
import { passwordKey } from '../locks/locks.ts';
import { countAttempt } from '../store/counters.ts';
import { migrations } from '../store/migrations/index.ts';
import { type Fixture, sqliteForTests, testsOn, withDatabases } from '../store/testing/databases.ts';
import { runCli } from './run.ts';

const FIRST = `first:${Buffer.alloc(32, 1).toString('base64')}`;
const SECOND = `second:${Buffer.alloc(32, 2).toString('base64')}`;

interface Result {
  code: number;
  out: string;
  err: string;
}

async function cli(env: Record<string, string>, args: readonly string[], input: string | null = null): Promise<Result> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    env,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    input: async () => input,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** Runs `run` with a command line that uses the fixture's database and a folder with `files`. */
async function shell(
  { address }: Fixture,
  files: Record<string, string>,
  run: (sh: Shell, folder: string) => Promise<void>,
) {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-cli-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const env = { TWEESTAP_DATABASE: address, TWEESTAP_ENCRYPTION_KEYS: FIRST, INIT_CWD: folder };
  try {
    await run((args, { input, keys, baseUrl } = {}) => {
      const more = {
        ...(keys ? { TWEESTAP_ENCRYPTION_KEYS: keys } : {}),
        ...(baseUrl ? { TWEESTAP_BASE_URL: baseUrl } : {}),
      };
      return cli({ ...env, ...more }, args.split(' '), input ?? null);
    }, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Shell = (args: string, options?: { input?: string; keys?: string; baseUrl?: string }) => Promise<Result>;

const CLINIC = { 'clinic.json': '{"id": "clinic", "name": "Clinic"}' };

withDatabases('an organisation and its users are managed on the command line', async (fixture) => {
  const csv = 'organisation,username,totp_secret\nclinic,kim,JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n';
  await shell(fixture, { ...CLINIC, 'users.csv': csv }, async (sh) => {
    assert.deepEqual(await sh('add-organisation clinic.json'), { code: 0, out: 'Added "Clinic" (clinic).', err: '' });
    assert.match((await sh('add-organisation clinic.json')).out, /^Changed/);
    const added = await sh('add-user clinic jo --password-stdin --json', { input: 'een lange zin voor later\n' });
    assert.deepEqual([added.code, added.err], [0, '']);
    assert.equal((JSON.parse(added.out) as { username: string }).username, 'jo');
    assert.match((await sh('import users.csv')).out, /^Imported 1 user with 1 authenticator \(clinic: 1\)\.$/);
    const found = await sh('find clinic KIM --reason asked');
    assert.match(found.out, /^kim in clinic, active\n[\s\S]*totp "Authenticator", active, last used never$/);
    assert.equal((await sh('unlock clinic kim --reason asked')).out, 'There were no locks to lift.');
    assert.match((await sh('reset-factors clinic kim --reason lost')).out, /^Ended 1 authenticator, 0 recovery codes,/);
    assert.equal((await sh('end-sessions clinic kim --reason asked')).out, 'Ended 0 sessions.');
    assert.equal((await sh('disable clinic kim --reason left')).out, 'The account is disabled.');
    assert.equal((await sh('enable clinic kim --reason back --json')).out.includes('"changed":true'), true);
    assert.equal((await sh('delete-user clinic kim --reason left')).out, 'The user is deleted.');
    assert.match((await sh('find clinic kim --reason gone')).err, /^There is no account "kim"/);
    assert.equal((await sh('migrate')).out, `The database is at schema version ${migrations.at(-1)?.version}.`);
  });
});

withDatabases('users are renamed, and those of a portal are synchronised, on the command line', async (fixture) => {
  const files = {
    ...CLINIC,
    'portal.json':
      '[{"id": "7", "username": "ada", "passwordChangedAt": "2026-01-01T00:00:00Z"}, {"id": "8", "username": "kim"}]',
    'less.json': '[{"id": "8", "username": "kim"}]',
    'wrong.json': '{"id": "7"}',
  };
  await shell(fixture, files, async (sh) => {
    await sh('add-organisation clinic.json');
    await sh('add-user clinic kim');
    await sh('add-user clinic jo');
    await sh('add-user clinic max --external-id 4711');
    assert.equal(JSON.parse((await sh('find clinic max --reason asked --json')).out).externalId, '4711');
    const withPassword = await sh('add-user clinic lou --external-id 4712 --password-stdin', {
      input: 'een lange zin\n',
    });
    assert.match(withPassword.err, /external/i);
    assert.equal((await sh('delete-user clinic max --reason left')).code, 0);
    assert.equal((await sh('update-user clinic jo --username jo.v --reason married')).out, 'The user is jo.v now.');
    assert.match((await sh('update-user clinic jo.v --reason married')).err, /^Give --username or --name/);
    const synced = 'Added 1, changed 0, linked 1, disabled 0, enabled 0 of 2 users.';
    assert.equal((await sh('sync-users clinic portal.json')).out, synced);
    const disabled = 'Added 0, changed 0, linked 0, disabled 1, enabled 0 of 1 user.';
    assert.equal((await sh('sync-users clinic less.json --disable-missing')).out, disabled);
    assert.match((await sh('sync-users clinic wrong.json')).err, /must be a JSON list of objects/);
    const refused = await sh('set-password clinic kim --password-stdin --reason x', {
      input: 'a long sentence of words\n',
    });
    assert.match(refused.err, /^The password of this user is in the portal: change it there/);
  });
});

testsOn(sqliteForTests)('R71 a verb tells the running servers whose sessions ended', async (fixture) => {
  await shell(fixture, { ...CLINIC, 'users.csv': 'organisation,username\nclinic,kim\n' }, async (sh) => {
    await sh('add-organisation clinic.json');
    await sh('import users.csv');
    await sh('disable clinic kim --reason left');
    const signals = await fixture.database.read.selectFrom('signals').select('topic').execute();
    assert.ok(
      signals.some(({ topic }) => / sessions-ended .*"organisationId":"clinic","reason":"disabled"/.test(topic)),
    );
  });
});

withDatabases('K1 M8: users get invitations, letters and codes on the command line', async (fixture) => {
  const csv = 'organisation,username,email\nclinic,kim,kim@example.org\nclinic,bo,\n';
  await shell(fixture, { ...CLINIC, 'users.csv': csv }, async (sh, folder) => {
    await sh('add-organisation clinic.json');
    assert.match(
      (await sh('import users.csv --invite')).err,
      /^TWEESTAP_BASE_URL is missing: set it to the address of the server/,
    );
    const here = { baseUrl: 'https://portal.example' };
    const imported = await sh('import users.csv --invite', here);
    assert.deepEqual(imported.out.split('\n').slice(1), [
      'Invited 1 user.',
      'Without an address, use tweestap letter: bo',
    ]);
    assert.match(
      (await sh('invite clinic kim --reason again', here)).out,
      /^Invited kim@example\.org; the link is valid until /,
    );
    assert.match((await sh('find clinic kim --reason asked')).out, /\ninvitation: created \S+, valid until \S+\n/);
    assert.match((await sh('invite clinic bo --reason asked', here)).err, /print a letter instead\.$/);
    assert.equal((await sh('letter clinic bo --out bo.html --reason asked', here)).out, 'Wrote 1 letter to bo.html.');
    const letter = readFileSync(join(folder, 'bo.html'), 'utf8');
    assert.match(letter, />https:\/\/portal\.example\/account#mfa-activate=[\w-]{43}</);
    assert.equal(statSync(join(folder, 'bo.html')).mode & 0o777, 0o600);
    assert.match(
      (await sh('letter clinic bo --language nl --reason asked', here)).out,
      /^<!doctype html>\n<html lang="nl">/,
    );
    assert.equal((await sh('search clinic KIM@Example --reason asked')).out, 'kim, kim@example.org');
    await sh('add-user clinic jo --password-stdin', { input: 'een lange zin voor later\n' });
    assert.match((await sh('issue-code clinic jo --reason asked')).err, /^The user has no authenticator/);
    assert.match(
      (await sh('issue-code clinic jo --hours 30 --reason asked')).err,
      /^hours must be a whole number from 1 to 24/,
    );
    const lines = (await sh('export clinic')).out.split('\r\n');
    assert.deepEqual([lines.length, lines[1]?.startsWith('"clinic","bo",')], [4, true]);
    assert.equal((await sh('export clinic --out all.csv --json')).out, '{"users":3,"file":"all.csv"}');
  });
});

withDatabases('M8: issue-code shows the code once', async (fixture) => {
  const csv =
    'organisation,username,password,totp_secret\nclinic,kim,een lange zin voor kim,JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n';
  await shell(fixture, { ...CLINIC, 'users.csv': csv }, async (sh) => {
    await sh('add-organisation clinic.json');
    await sh('import users.csv');
    const { out } = await sh('issue-code clinic kim --hours 4 --reason asked');
    assert.match(out, /^The code is [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}, valid until \S+Z\. It is shown only once\.$/);
    assert.match((await sh('find clinic kim --reason asked')).out, /\nhelp-desk code: issued, valid until /);
  });
});

withDatabases('R83: passwords and addresses are changed on the command line', async (fixture) => {
  const csv =
    'organisation,username,password,totp_secret\nclinic,kim,een lange zin voor kim,JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n';
  await shell(fixture, { ...CLINIC, 'users.csv': csv }, async (sh, folder) => {
    const here = { baseUrl: 'https://portal.example' };
    await sh('add-organisation clinic.json');
    await sh('import users.csv');
    const kim = 'clinic kim --reason asked';
    const { out } = await sh(`reset-password ${kim} --by code --hours 4`);
    assert.match(out, /^The code is [0-9A-Z]{4}(-[0-9A-Z]{4}){3}, valid until \S+Z\. It is shown only once\.$/);
    assert.match((await sh(`find ${kim}`)).out, /\nnew password: started by code, valid until \S+\n/);
    assert.match((await sh(`reset-password ${kim} --by letter`)).err, /^TWEESTAP_BASE_URL is missing/);
    const letter = await sh(`reset-password ${kim} --by letter --language nl --out kim.html`, here);
    assert.equal(letter.out, 'Wrote 1 letter to kim.html.');
    const page = readFileSync(join(folder, 'kim.html'), 'utf8');
    assert.match(page, /<html lang="nl">[\s\S]*>https:\/\/portal\.example\/account#mfa-reset=[\w-]{43}</);
    assert.equal(statSync(join(folder, 'kim.html')).mode & 0o777, 0o600);
    assert.match(
      (await sh(`reset-password ${kim} --by code --out x.html`)).err,
      /are allowed only with --by letter\.$/,
    );
    assert.match((await sh(`reset-factors ${kim}`)).err, /started a new password .* within the last seven days/);
    assert.match((await sh(`reset-password ${kim}`)).err, /required option '--by <way>' not specified/);
    const set = await sh(`set-password ${kim} --password-stdin`, { input: 'een andere lange zin\n' });
    assert.equal(set.out, 'The password is set. Ended 0 sessions, 0 devices, 0 open flows.');
    assert.match((await sh(`set-password ${kim}`)).err, /required option '--password-stdin'/);
    assert.equal((await sh('change-email clinic kim kim@example.org --reason asked')).out, 'The address is changed.');
    assert.match((await sh('change-email clinic kim --reason asked')).err, /^Give either the new address or --none/);
    assert.equal((await sh(`change-email ${kim} --none --json`)).out.includes('"changed":true'), true);
  });
});

// Threat: unlock reports that the lock was lifted, but the user still can't log in.
withDatabases('R91: unlock prints the hard limits that it does not lift, and what ends them', async (fixture) => {
  await shell(fixture, CLINIC, async (sh) => {
    await sh('add-organisation clinic.json');
    await sh('add-user clinic jo --password-stdin', { input: 'een lange zin voor later\n' });
    for (let tried = 0; tried < 100; tried += 1) {
      const attempt = { key: passwordKey('clinic', 'jo'), now: 0, softLimit: 1000, wait: { first: 1, max: 1 } };
      await fixture.database.write((tx) => countAttempt(tx, attempt));
    }
    const { out } = await sh('unlock clinic jo --reason asked');
    assert.match(out, /^Lifted 1 lock\.\nThe password stays locked on unknown devices\. To end this, choose a new one/);
    assert.match((await sh('find clinic jo --reason asked')).out, /100 since the last success\), at the hard limit/);
  });
});

withDatabases(
  'R60: rotate-key encrypts secrets again, and reports those that it could not decrypt',
  async (fixture) => {
    const csv = 'organisation,username,totp_secret\nclinic,kim,JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n';
    await shell(fixture, { ...CLINIC, 'users.csv': csv }, async (sh) => {
      await sh('add-organisation clinic.json');
      await sh('import users.csv');
      const lacking = await sh('rotate-key', { keys: SECOND });
      assert.equal(lacking.code, 1);
      assert.match(lacking.out, /1 secret could not be decrypted[\s\S]*its key is missing/);
      const done = await sh('rotate-key', { keys: `${SECOND},${FIRST}` });
      assert.deepEqual([done.code, done.out.split('.')[0]], [0, 'Encrypted 1 secret with the key "second"']);
      assert.match((await sh('rotate-key', { keys: SECOND })).out, /already/);
    });
  },
);

withDatabases(
  'R74: replace-signing-keys names the key that signs from now on, and asks for a reason',
  async (fixture) => {
    await shell(fixture, {}, async (sh) => {
      const without = await sh('replace-signing-keys');
      assert.equal(without.code, 2);
      assert.match(without.err, /--reason/);
      const { code, out } = await sh('replace-signing-keys --reason stolen');
      assert.equal(code, 0);
      assert.match(out, /^Removed 0 keys\. Assertions are now signed with the key [\w-]{43}\.$/);
      assert.match((await sh('replace-signing-keys --reason stolen')).out, /^Removed 1 key\./);
    });
  },
);

withDatabases('R81: verify-audit reports the end of the chain, and accepts it as an anchor', async (fixture) => {
  await shell(fixture, CLINIC, async (sh) => {
    await sh('add-organisation clinic.json');
    assert.equal((await sh('verify-audit')).out, 'The chain is empty. 1 entry not in the chain yet.');
    await sealAudit(fixture.database, fixture.clock(), { holder: 'test' });
    const whole = await sh('verify-audit');
    const [anchor = ''] = /1:[\w-]{43}/.exec(whole.out) ?? [];
    assert.equal(whole.out, `The chain is intact: 1 checked, its end is ${anchor}.`);
    assert.equal((await sh(`verify-audit --anchor ${anchor}`)).code, 0);
    const other = await sh(`verify-audit --anchor 1:${'A'.repeat(43)} --json`);
    assert.equal(other.code, 1);
    assert.equal((JSON.parse(other.out) as { reason: string }).reason, 'not-the-anchor');
    assert.equal((await sh('verify-audit --anchor nonsense')).code, 2);
  });
});

withDatabases('R83: the audit records the actor and the reason of the command line', async (fixture) => {
  await shell(fixture, CLINIC, async (sh) => {
    await sh('add-organisation clinic.json');
    await sh('add-user clinic jo');
    await sh('unlock clinic jo --reason asked --actor desk-3');
    const row = await fixture.database.read
      .selectFrom('audit')
      .select('detail')
      .where('event', '=', 'admin-unlock')
      .executeTakeFirstOrThrow();
    assert.deepEqual(JSON.parse(row.detail ?? ''), {
      ...{ actor: 'desk-3', role: 'administrator', reason: 'asked' },
      ...{ lifted: 0, remaining: [] },
    });
    assert.match((await sh('unlock clinic jo')).err, /required option '--reason <text>' not specified/);
  });
});

withDatabases('a failure prints one line that says what to fix, or JSON, and exits with 1', async (fixture) => {
  const files = { ...CLINIC, 'bad.json': '{', 'worse.json': '{"id":"x"}', 'bad.csv': 'organisation,username\nno,\n' };
  await shell(fixture, files, async (sh) => {
    const wrong: Record<string, RegExp> = {
      'add-organisation nowhere.json': /^The file nowhere.json can't be read: there is no such file\.$/,
      'add-organisation bad.json': /^The file bad.json is not valid JSON/,
      'add-organisation worse.json': /^Organisation: name: /,
      'find clinic jo --reason x': /^There is no organisation "clinic": add it first/,
      'add-user clinic jo --password-stdin': /^The password is missing on standard input/,
    };
    for (const [args, pattern] of Object.entries(wrong)) {
      const result = await sh(args);
      assert.deepEqual([result.code, result.out], [1, ''], args);
      assert.match(result.err, pattern);
      assert.ok(!result.err.includes('\n'), args);
    }
    const file = await sh('import bad.csv');
    assert.deepEqual(file.err.split('\n').slice(0, 2), [
      '1 error in the file; nothing was imported.',
      '  row 2, column organisation: expected the id of an organisation that exists',
    ]);
    const json = JSON.parse((await sh('import bad.csv --json')).err) as { error: { code: string; faults: unknown[] } };
    assert.deepEqual([json.error.code, json.error.faults.length], ['bad-import', 1]);
  });
});

test('invalid settings and arguments are reported before anything is opened', async () => {
  const none = await cli({}, ['find', 'a', 'b', '--reason', 'x']);
  assert.equal(none.code, 1);
  assert.match(none.err, /^TWEESTAP_DATABASE is missing.*\nTWEESTAP_ENCRYPTION_KEYS is missing/);
  const away = await cli({ TWEESTAP_DATABASE: '/no/such/folder/a.db' }, ['migrate']);
  assert.match(away.err, /its folder does not exist/);
  for (const args of [['frob'], ['find', 'only-one'], ['find', 'a', 'b', '--frob'], []]) {
    const result = await cli({}, args);
    assert.equal(result.code, 2, args.join(' '));
    assert.notEqual(result.err, '');
  }
});

test('the help of every verb has a description and an example', async () => {
  const all = await cli({}, ['--help']);
  assert.equal(all.code, 0);
  assert.match(all.out, /TWEESTAP_DATABASE/);
  const verbs = [...all.out.matchAll(/^ {2}([a-z-]+) (?:\[options\]| {2})/gm)].map((match) => match[1] ?? '');
  assert.equal(verbs.filter((verb) => verb !== 'tweestap').length, 27);
  for (const verb of verbs) {
    const help = await cli({}, [verb, '--help']);
    assert.equal(help.code, 0);
    assert.match(help.out, /Examples:\n {2}\$ /, verb);
    assert.match(help.out, /--json/, verb);
  }
});

test('a mistyped path of the database is named, and no file is made, unless it is to be created', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'clinic.json'), CLINIC['clinic.json']);
  const database = join(folder, 'tweestap.db');
  const env = { TWEESTAP_DATABASE: database, TWEESTAP_ENCRYPTION_KEYS: FIRST, INIT_CWD: folder };
  for (const args of [
    ['add-organisation', 'clinic.json'],
    ['verify-audit'],
    ['find', 'clinic', 'jo', '--reason', 'x'],
  ]) {
    const { code, err } = await cli(env, args);
    assert.equal(code, 1);
    assert.match(err, /^TWEESTAP_DATABASE: there is no file ".*tweestap\.db"\. Correct the path/);
    assert.equal(existsSync(database), false);
  }
  const made = await cli(env, ['add-organisation', 'clinic.json', '--create']);
  assert.deepEqual([made.code, made.out], [0, 'Added "Clinic" (clinic).']);
});

test('a pipe whose reader has ended causes no error', () => {
  const main = join(import.meta.dirname, 'main.ts');
  const node = `"${process.execPath}" --conditions=tweestap-source --disable-warning=ExperimentalWarning`;
  const { stderr, status } = spawnSync('bash', ['-c', `set -o pipefail; ${node} "${main}" --help | true`], {
    encoding: 'utf8',
  });
  assert.deepEqual([stderr, status], ['', 0]);
});
