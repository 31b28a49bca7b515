import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { withDatabases } from '../../store/testing/databases.ts';
import { DESK, openDesk } from '../testing/desk.ts';
import { csvCell, csvRow, removeGuards } from './users-file.ts';

/* Threat: a user with the name '=cmd|…', and a help desk that opens the export in a spreadsheet. */

const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/** Splits a line into cells like a spreadsheet with this delimiter. */
const cellsBy = (line: string, delimiter: string): string[] =>
  line.split(delimiter).map((cell) => cell.replace(/^"+/, ''));

test('R78: no cell of an export begins like a formula, whatever delimiter the spreadsheet uses', () => {
  const hostile = [
    '=1+1',
    '+31',
    '-2',
    '@SUM(A1)',
    '\t=x',
    '\r=x',
    '＝1',
    "'=1",
    'a;=1',
    'a,=1',
    'a\t=1',
    '"=1',
    'a";"=1',
    'a|=1',
  ];
  for (const value of hostile) {
    const line = csvRow([value, value]);
    for (const delimiter of [',', ';', '\t', '|']) {
      for (const cell of cellsBy(line.trimEnd(), delimiter))
        assert.doesNotMatch(cell, FORMULA, JSON.stringify([value, cell]));
    }
    const [cells] = parse(line, { relax_quotes: false }) as string[][];
    assert.equal(cells?.length, 2);
  }
});

test('a value that was guarded for spreadsheets is imported unchanged', () => {
  const character = fc.constantFrom('=', '+', '-', '@', "'", '"', ',', ';', '|', '\t', '＝', 'a', ' ');
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 12 }), (value) => {
      const [[cell = ''] = []] = parse(`${csvCell(value)}\n`, { skip_empty_lines: false }) as string[][];
      assert.equal(removeGuards(cell), value);
    }),
    { numRuns: 2000 },
  );
});

withDatabases('users are exported without a secret, and the file can be imported again', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const request = { ...DESK, organisation: 'clinic' };
  const password = 'twee stappen naar rust';
  const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  await admin.addUser({ ...request, username: 'jo', name: '=HYPERLINK("http://evil.example")', password, totpSecret });
  await admin.addUser({ ...request, username: '-kim', name: 'Kim; de "K"', email: '+kim@example.org' });
  await admin.disable({ ...request, account: '-kim' });
  await admin.addUser({ ...DESK, organisation: 'school', username: 'lou@example.org' });
  const { csv, users } = await admin.exportUsers(request);
  assert.equal(users, 2);
  const created = new Date(fixture.clock()).toISOString();
  assert.equal(
    csv,
    [
      '\uFEFF"organisation","username","name","email","state","activated","authenticators","phone","created"',
      `"clinic","'-kim","Kim; de ""K""","'+kim@example.org","disabled","no","0","","${created}"`,
      `"clinic","jo","'=HYPERLINK(""http://evil.example"")","","active","yes","1","","${created}"`,
      '',
    ].join('\r\n'),
  );
  assert.doesNotMatch(csv, /argon2|JBSW|v1\./);
  const first = (parse(csv, { bom: true }) as string[][]).map((cells) => cells.slice(0, 4));
  await admin.deleteUser({ ...request, account: 'jo' });
  await admin.deleteUser({ ...request, account: '-kim' });
  assert.equal((await admin.importUsers({ ...DESK, csv: first.map((cells) => csvLine(cells)).join('') })).users, 2);
  const back = await admin.find({ ...request, account: '-kim' });
  assert.deepEqual([back.username, back.name, back.email], ['-kim', 'Kim; de "K"', '+kim@example.org']);
});

/** Formats a row like a spreadsheet that saves the file again. */
const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`;

withDatabases('an export contains more users than are read at a time', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const lines = Array.from({ length: 1001 }, (_, index) => `clinic,person-${index}`);
  await admin.importUsers({ ...DESK, csv: ['organisation,username', ...lines].join('\n') });
  const { csv, users } = await admin.exportUsers({ ...DESK, organisation: 'clinic' });
  assert.equal(users, 1001);
  assert.equal(new Set(csv.trim().split('\r\n')).size, 1002);
});

withDatabases(
  'K1: an import with invitations invites its users, and lists those without an address',
  async (fixture) => {
    const { admin } = await openDesk(fixture);
    const csv = [
      'organisation,username,email,password',
      'clinic,kim,kim@example.org,',
      'clinic,bo,,',
      'clinic,jo,jo@example.org,een lange zin voor jo',
      'school,lou@example.org,,',
    ].join('\n');
    const { invited } = await admin.importUsers({ ...DESK, csv, invite: true });
    assert.deepEqual(invited, { users: 2, withoutMail: ['bo'] });
    const mails = await fixture.database.read.selectFrom('outbox').select('template').execute();
    assert.deepEqual(mails, [{ template: 'activation' }, { template: 'activation' }]);
    const wrong = ['organisation,username,email', 'clinic,new,new@example.org', 'clinic,new,x'].join('\n');
    await assert.rejects(admin.importUsers({ ...DESK, csv: wrong, invite: true }), { code: 'bad-import' });
    assert.equal((await fixture.database.read.selectFrom('outbox').select('id').execute()).length, 2);
  },
);
