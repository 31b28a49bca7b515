import assert from 'node:assert/strict';
import { passwordOf } from '../../accounts/password-hash.ts';
import { openNumber } from '../../factors/sms/factor.ts';
import { findAccount } from '../../store/accounts/accounts.ts';
import type { Database } from '../../store/database.ts';
import { activeFactors } from '../../store/factors/factors.ts';
import { withDatabases } from '../../store/testing/databases.ts';
import { AdminError, type Fault, faultLine } from '../request/admin-error.ts';
import { DESK, openDesk } from '../testing/desk.ts';

/** A hash with the cheap parameters of this test. */
const ARGON2 = '$argon2id$v=19$m=64,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$d27WwOB2LOWIuQx/0Tt/YMqv9yfFwwEiXiGQcwpsTpE';
const BCRYPT = '$2b$04$WApznUPhDubN0oeveSXHp.zHjyTyrBI6EVR3mkbm3ahMhL4YI6UOa';
const URI = 'otpauth://totp/Old:kim?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Old';
const HEADER = 'organisation,username,name,email,password,password_hash,totp_secret';

async function countAccounts(database: Database): Promise<number> {
  return (await database.read.selectFrom('accounts').select('id').execute()).length;
}

function faultsOf(error: unknown): string[] {
  assert.ok(error instanceof AdminError, String(error));
  return error.faults.map((fault: Fault) => faultLine(fault));
}

withDatabases('users of a file are imported with their hashes and secrets', async (fixture) => {
  const { admin, deps } = await openDesk(fixture);
  const csv = [
    `\uFEFF${HEADER}`,
    `clinic,kim,"Kim ""K"", de Wit",kim@example.org,,${BCRYPT},${URI}`,
    `school,lou@example.org,Lou,,een lange zin voor lou,,jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp`,
    '',
    `clinic,sam,,,,"${ARGON2}",`,
    'clinic,noor,,,,,',
  ].join('\r\n');
  const result = await admin.importUsers({ ...DESK, csv });
  assert.deepEqual(result, { users: 4, factors: 2, organisations: { clinic: 3, school: 1 } });
  const kim = await findAccount(fixture.database.read, 'clinic', 'kim');
  assert.deepEqual([kim?.name, kim?.email, kim?.password_hash], ['Kim "K", de Wit', 'kim@example.org', BCRYPT]);
  // R54: the text of a hash does not decide whether it is one of the server's own hashes.
  assert.equal(kim?.password_scheme, 'foreign');
  assert.equal((await findAccount(fixture.database.read, 'clinic', 'sam'))?.password_scheme, 'foreign');
  const lou = await findAccount(fixture.database.read, 'school', 'lou@example.org');
  assert.equal(lou?.email, 'lou@example.org');
  const stored = lou && passwordOf(lou);
  assert.ok(stored);
  assert.deepEqual(await deps.hasher.verify(stored, 'een lange zin voor lou'), { ok: true, rehash: false });
  assert.equal((await activeFactors(fixture.database.read, lou?.id ?? '')).length, 1);
  const noor = await findAccount(fixture.database.read, 'clinic', 'noor');
  assert.deepEqual([noor?.password_hash, noor?.password_scheme, noor?.name], [null, null, null]);
  const audit = await fixture.database.read.selectFrom('audit').select(['event', 'organisation_id']).execute();
  assert.equal(audit.length, 2);
});

withDatabases('every fault is reported by row and column, and nothing is imported', async (fixture) => {
  const { admin } = await openDesk(fixture);
  await admin.addUser({ ...DESK, organisation: 'clinic', username: 'there' });
  const csv = [
    HEADER,
    'clinic,good,,,,,',
    'nowhere,kim,,,,,',
    'school,not an address,,,,,',
    'clinic,kim,,none,short,,',
    'clinic,lou,,,,$9$what,AAAA',
    'clinic,GOOD ,,,,,',
    'clinic,There,,,,,',
    `clinic,both,,,een lange zin voor lou,${BCRYPT},`,
    `clinic,costly,,,,${BCRYPT.replace('$04$', '$13$')},`,
  ].join('\n');
  await assert.rejects(admin.importUsers({ ...DESK, csv }), (error) => {
    const found = faultsOf(error).map((line) => line.split(':')[0]);
    assert.deepEqual(found, [
      'row 3, column organisation',
      'row 4, column username',
      'row 5, column email',
      'row 5, column password',
      'row 6, column password_hash',
      'row 6, column totp_secret',
      'row 7, column username',
      'row 8, column username',
      'row 9, column password',
      'row 10, column password_hash',
    ]);
    assert.doesNotMatch(faultsOf(error).join(), /short,|what|AAAA/);
    assert.match(
      faultsOf(error).at(-1) ?? '',
      /takes longer to check .* expected a cost of at most 12\. .* send an invitation$/,
    );
    return true;
  });
  assert.equal(await countAccounts(fixture.database), 1);
});

withDatabases('R83: an import for one organisation refuses users of other organisations', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const csv = 'organisation,username\nclinic,kim\nschool,lou@example.org\n';
  await assert.rejects(admin.importUsers({ ...DESK, csv, organisation: 'clinic' }), (error) => {
    assert.deepEqual(faultsOf(error), [
      'row 3, column organisation: expected "clinic", the organisation of this import',
    ]);
    return true;
  });
  assert.equal(await countAccounts(fixture.database), 0);
});

withDatabases('a file without a valid table is refused with what was expected', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const faults = async (csv: string): Promise<string[]> => {
    try {
      await admin.importUsers({ ...DESK, csv });
    } catch (error) {
      return [(error as Error).message, ...faultsOf(error)];
    }
    return assert.fail('the file was imported');
  };
  assert.match((await faults(''))[0] ?? '', /contains no users/);
  assert.match((await faults(HEADER))[0] ?? '', /contains no users/);
  assert.deepEqual((await faults('username,role\nkim,nurse')).slice(1), [
    'row 1, column role: expected one of organisation, username, name, email, password, password_hash, totp_secret, phone_number, external_id',
    'row 1, column organisation: expected this column, but it is missing',
  ]);
  assert.match((await faults('organisation,username,username\na,b,c'))[1] ?? '', /expected each column once/);
  assert.deepEqual((await faults('organisation,username\nclinic\nclinic,kim')).slice(1), [
    'row 2: expected 2 values, as in the header, but found 1',
  ]);
  const quoted = await faults('organisation,username\nclinic,"hunter2\n');
  assert.match(quoted[1] ?? '', /^row \d: expected CSV/);
  assert.doesNotMatch(quoted.join(), /hunter2/);
});

withDatabases('a file of a spreadsheet may use semicolons', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const result = await admin.importUsers({ ...DESK, csv: 'Organisation;Username;Name\nclinic;kim;"Wit, de"\n' });
  assert.equal(result.users, 1);
});

withDatabases('two thousand users are imported together', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const lines = Array.from({ length: 2000 }, (_, index) => `clinic,person-${index},${BCRYPT}`);
  const csv = ['organisation,username,password_hash', ...lines].join('\n');
  assert.equal((await admin.importUsers({ ...DESK, csv })).users, 2000);
  await assert.rejects(admin.importUsers({ ...DESK, csv }), (error) => faultsOf(error).length === 2000);
});

withDatabases(
  'R24 R25 a phone number is imported sealed, for listed countries only, and exported masked',
  async (fixture) => {
    const { admin, deps } = await openDesk(fixture);
    const policy = { methods: [{ method: 'sms' as const }], sms: { country: 'NL' } };
    await admin.addOrganisation({ ...DESK, organisation: { id: 'mill', name: 'Mill', policy } });
    const bad = 'organisation,username,phone_number\nmill,kim,020 123 4567\nclinic,lou,06 1234 5678';
    await assert.rejects(admin.importUsers({ ...DESK, csv: bad }), (error) => {
      const expected = [
        'row 2, column phone_number: expected a mobile phone number of NL',
        'row 3, column phone_number: expected no phone number, because the policy of the organisation has no "sms"',
      ];
      assert.deepEqual(faultsOf(error), expected);
      return true;
    });
    await admin.importUsers({ ...DESK, csv: "organisation,username,phone_number\nmill,kim,'+31612345678" });
    const kim = await findAccount(fixture.database.read, 'mill', 'kim');
    const [row] = await activeFactors(fixture.database.read, kim?.id ?? '', 'sms');
    assert.ok(row && openNumber(row, deps.keyring) === '+31612345678');
    assert.ok(!JSON.stringify(row).includes('12345678'));
    const { csv } = await admin.exportUsers({ ...DESK, organisation: 'mill' });
    assert.ok(csv.includes('+31 • •• •• •• 78') && !csv.includes('12345678'));
  },
);
