import assert from 'node:assert/strict';
import { addClinic, leave } from '../mail/testing/outbox.ts';
import { CODE, leaveText } from '../sms/testing/texts.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { runCli } from './run.ts';

const KEYS = `first:${Buffer.alloc(32, 1).toString('base64')}`;

async function cli({ address }: Fixture, line: string): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const env = { TWEESTAP_DATABASE: address, TWEESTAP_ENCRYPTION_KEYS: KEYS };
  const terminal = { env, out: (text: string) => out.push(text), err: (text: string) => err.push(text) };
  const code = await runCli(line.split(' '), { ...terminal, input: async () => null });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

withDatabases('dead letters are listed and sent again on the command line', async (fixture) => {
  const { id: anna } = await addClinic(fixture.database);
  assert.deepEqual(await cli(fixture, 'outbox list clinic'), {
    code: 0,
    out: 'There are no messages in this state.',
    err: '',
  });
  const mail = await leave(fixture, anna);
  assert.match(
    (await cli(fixture, 'outbox list clinic --state due')).out,
    /mail {2}unlocked {2}anna .* due 2026-01-01T00:00:00/,
  );
  const dead = { state: 'dead', attempts: 1, last_error: 'smtp-550' } as const;
  await fixture.database.write((tx) => tx.updateTable('outbox').set(dead).execute());
  assert.match(
    (await cli(fixture, 'outbox list clinic')).out,
    /^\S{22} {2}mail {2}unlocked {2}anna .* dead, 1 attempt, smtp-550$/,
  );
  const { mails } = JSON.parse((await cli(fixture, 'outbox list clinic --json')).out) as { mails: { id: string }[] };
  assert.deepEqual(
    mails.map(({ id }) => id),
    [mail],
  );
  assert.equal((await cli(fixture, `outbox retry clinic ${mail}`)).out, '1 message will be sent again.');
  assert.deepEqual((await cli(fixture, `outbox retry clinic ${mail}`)).code, 1);
  assert.equal((await cli(fixture, 'outbox retry clinic')).out, 'There are no dead letters that can be sent again.');
  assert.equal((await cli(fixture, 'outbox burn clinic')).code, 2);
});

withDatabases(
  'R25 a text that failed is listed without its number and code, and is not sent again',
  async (fixture) => {
    const { id: anna } = await addClinic(fixture.database, { policy: { sms: { country: 'NL' } } });
    const text = await leaveText({ ...fixture, anna });
    const due = (await cli(fixture, 'outbox list clinic --state due --json')).out;
    assert.doesNotMatch(due, new RegExp(`${CODE}|612345678`));
    const dead = { state: 'dead', attempts: 3, last_error: 'http-400', data: '{}' } as const;
    await fixture.database.write((tx) => tx.updateTable('outbox').set(dead).execute());
    assert.match(
      (await cli(fixture, 'outbox list clinic')).out,
      /^\S{22} {2}sms {2}sms-code {2}anna .* dead, 3 attempts, http-400$/,
    );
    assert.equal((await cli(fixture, 'outbox retry clinic')).out, 'There are no dead letters that can be sent again.');
    assert.match(
      (await cli(fixture, `outbox retry clinic ${text}`)).err,
      /no dead letter with this id that can be sent/,
    );
  },
);
