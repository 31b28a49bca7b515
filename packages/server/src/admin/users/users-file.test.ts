import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { withDatabases } from '../../store/testing/databases.ts';
import { DESK, openDesk } from '../testing/desk.ts';
import { csvCell, csvRow, unguarded } from './users-file.ts';

/* Threat: a person who calls herself '=cmd|…' and a help desk that opens the export in a spreadsheet. */

const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/** The cells as spreadsheets of several countries part a line. */
const cellsBy = (line: string, delimiter: string): string[] =>
  line.split(delimiter).map((cell) => cell.replace(/^"+/, ''));

test('R78: no cell of an export begins like a formula, whatever the spreadsheet takes for the end of a cell', () => {
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

test('what is guarded for a spreadsheet comes back as it was', () => {
  const sign = fc.constantFrom('=', '+', '-', '@', "'", '"', ',', ';', '|', '\t', '＝', 'a', ' ');
  fc.assert(
    fc.property(fc.string({ unit: sign, maxLength: 12 }), (value) => {
      const [[cell = ''] = []] = parse(`${csvCell(value)}\n`, { skip_empty_lines: false }) as string[][];
      assert.equal(unguarded(cell), value);
    }),
    { numRuns: 2000 },
  );
});

withDatabases('people are exported without a secret, and their file can be imported elsewhere', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const person = { ...DESK, organisation: 'clinic' };
  const password = 'twee stappen naar rust';
  const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  await admin.addUser({ ...person, username: 'jo', name: '=HYPERLINK("http://evil.example")', password, totpSecret });
  await admin.addUser({ ...person, username: '-kim', name: 'Kim; de "K"', email: '+kim@example.org' });
  await admin.disable({ ...person, account: '-kim' });
  await admin.addUser({ ...DESK, organisation: 'school', username: 'lou@example.org' });
  const { csv, people } = await admin.exportUsers(person);
  assert.equal(people, 2);
  const created = new Date(fixture.clock()).toISOString();
  assert.equal(
    csv,
    [
      '\uFEFF"organisation","username","name","email","state","activated","authenticators","created"',
      `"clinic","'-kim","Kim; de ""K""","'+kim@example.org","disabled","no","0","${created}"`,
      `"clinic","jo","'=HYPERLINK(""http://evil.example"")","","active","yes","1","${created}"`,
      '',
    ].join('\r\n'),
  );
  assert.doesNotMatch(csv, /argon2|JBSW|v1\./);
  const first = (parse(csv, { bom: true }) as string[][]).map((cells) => cells.slice(0, 4));
  await admin.deleteUser({ ...person, account: 'jo' });
  await admin.deleteUser({ ...person, account: '-kim' });
  assert.equal((await admin.importUsers({ ...DESK, csv: first.map((cells) => csvLine(cells)).join('') })).people, 2);
  const back = await admin.find({ ...person, account: '-kim' });
  assert.deepEqual([back.username, back.name, back.email], ['-kim', 'Kim; de "K"', '+kim@example.org']);
});

/** As a spreadsheet saves it again. */
const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`;

withDatabases('an export goes on past what is read at a time', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const lines = Array.from({ length: 1001 }, (_, index) => `clinic,person-${index}`);
  await admin.importUsers({ ...DESK, csv: ['organisation,username', ...lines].join('\n') });
  const { csv, people } = await admin.exportUsers({ ...DESK, organisation: 'clinic' });
  assert.equal(people, 1001);
  assert.equal(new Set(csv.trim().split('\r\n')).size, 1002);
});

withDatabases(
  'K1: people of a file are invited as they are imported, and who has no address is named',
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
    assert.deepEqual(invited, { people: 2, withoutMail: ['bo'] });
    const mails = await fixture.database.read.selectFrom('outbox').select('template').execute();
    assert.deepEqual(mails, [{ template: 'activation' }, { template: 'activation' }]);
    const wrong = ['organisation,username,email', 'clinic,new,new@example.org', 'clinic,new,x'].join('\n');
    await assert.rejects(admin.importUsers({ ...DESK, csv: wrong, invite: true }), { code: 'bad-import' });
    assert.equal((await fixture.database.read.selectFrom('outbox').select('id').execute()).length, 2);
  },
);
