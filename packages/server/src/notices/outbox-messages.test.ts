import assert from 'node:assert/strict';
import { createTweestap } from '../create.ts';
import { memoryLogger } from '../http/testing/server.ts';
import { type CodeMail, leaveCodeMail } from '../mail/leave-code-mail.ts';
import type { OrganisationInput } from '../organisations/schema.ts';
import { startGateway } from '../sms/testing/gateway-server.ts';
import { addClinic, CODE, encryptionKeys, keyring, leaveText, MINUTE, NUMBER } from '../sms/testing/texts.ts';
import type { Fixture } from '../store/testing/databases.ts';
import { withDatabases } from '../store/testing/databases.ts';
import { aChallenge, addAccount } from '../store/testing/rows.ts';
import { expire } from '../store/upkeep/expire.ts';

const clinic: OrganisationInput = { id: 'clinic', name: 'Clinic', policy: { sms: { country: 'NL' } } };

const open = ({ address, clock }: Fixture, options: object = {}) => {
  const logger = memoryLogger();
  const base = { database: address, encryptionKeys, baseUrl: 'https://portal.example', clock, logger };
  return createTweestap({ ...base, organisations: [clinic], mail: false, ...options }).then((tweestap) => ({
    tweestap,
    logger,
  }));
};

async function anna({ database }: Fixture): Promise<string> {
  return (await addAccount(database, { username: 'anna', email: 'anna@clinic.example' })).id;
}

withDatabases('R95 without a gateway texts wait in the outbox, and a warning names the setting', async (fixture) => {
  const { database, clock } = fixture;
  const { tweestap, logger } = await open(fixture);
  assert.ok(
    logger.lines.some((line) => /no text message is sent.*TWEESTAP_SMS_GATEWAY/.test(line)),
    logger.lines.join(),
  );
  const id = await leaveText({ ...fixture, anna: await anna(fixture) });
  const [message, ...others] = await tweestap.outbox.messages();
  assert.deepEqual(others, []);
  assert.deepEqual(message, {
    ...{ id, channel: 'sms', to: NUMBER, links: [], at: new Date(clock()).toISOString() },
    text: `${CODE} is your code for Clinic. It is valid for 10 minutes. Never share it.\n\n@portal.example #${CODE}`,
  });
  clock.advance(10 * MINUTE);
  await expire(database, { now: clock(), idleSince: 0 });
  assert.deepEqual(await tweestap.outbox.messages(), [], 'R59 nothing is left of a code that has expired');
  await tweestap.close();
});

withDatabases(
  'R95 no warning about texts is logged if no organisation sends any, or if it is turned off',
  async (fixture) => {
    const { tweestap, logger } = await open(fixture, { organisations: [{ id: 'clinic', name: 'Clinic' }] });
    await tweestap.close();
    const { tweestap: silent, logger: quiet } = await open(fixture, { sms: false });
    await silent.close();
    assert.doesNotMatch([...logger.lines, ...quiet.lines].join('\n'), /TWEESTAP_SMS_GATEWAY/);
  },
);

withDatabases('a text that another process left is sent at the next poll', async (fixture) => {
  const gateway = await startGateway();
  const { tweestap } = await open(fixture, { sms: gateway.settings });
  try {
    const arrived = gateway.next();
    await leaveText({ ...fixture, anna: await anna(fixture) });
    assert.equal((await arrived).json.to, NUMBER);
  } finally {
    await tweestap.close();
    await gateway.close();
  }
});

async function leaveMailedCode(fixture: Fixture, accountId: string, given: Partial<CodeMail> = {}): Promise<string> {
  const { database, clock } = fixture;
  const [id, at, expiresAt] = ['mail-1', clock(), clock() + 10 * MINUTE];
  await database.write(async (tx) => {
    await tx
      .insertInto('challenges')
      .values(aChallenge({ id: 'c1', account_id: accountId }))
      .execute();
    await leaveCodeMail(tx, {
      ...{ id, challengeId: 'c1', organisationId: 'clinic', accountId, to: 'anna@clinic.example' },
      ...{ template: 'email-code', data: { code: CODE, host: 'portal.example', language: 'nl' } },
      ...{ at, expiresAt, keyring },
      ...given,
    });
  });
  return id;
}

withDatabases(
  'a mailed code is in the email, which has no link to follow, and is not kept once it is sent',
  async (fixture) => {
    const { database } = fixture;
    const { tweestap } = await open(fixture);
    const id = await leaveMailedCode(fixture, await anna(fixture));
    const row = await database.read.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    assert.doesNotMatch(row.data, new RegExp(`${CODE}|anna@`), 'R59');
    const [mail] = await tweestap.outbox.messages();
    assert.ok(mail?.channel === 'mail');
    assert.equal(mail.subject, 'Je code voor Clinic');
    assert.match(mail.text, new RegExp(`\n\n${CODE}\n\n`));
    assert.match(mail.html, new RegExp(`>${CODE}</p>`));
    assert.deepEqual(mail.links, []);
    assert.doesNotMatch(mail.subject, new RegExp(CODE), 'a subject is shown on locked screens');
    await tweestap.close();
    const sent = Promise.withResolvers<string>();
    const send = async ({ text }: { text: string }): Promise<void> => sent.resolve(text);
    const { tweestap: sending } = await open(fixture, { mail: { send, close() {} } });
    assert.match(await sent.promise, new RegExp(CODE));
    await sending.close();
    const { data } = await database.read
      .selectFrom('outbox')
      .select('data')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    assert.deepEqual(Object.keys(JSON.parse(data)), ['expiresAt', 'language']);
  },
);

withDatabases('R33 a mailed code is not sent after a change of address', async (fixture) => {
  const { database } = fixture;
  await addClinic(database);
  await leaveMailedCode(fixture, await anna(fixture));
  await database.write((tx) => tx.updateTable('accounts').set({ email: 'thief@elsewhere.example' }).execute());
  const { tweestap } = await open(fixture);
  const messages = await tweestap.outbox.messages();
  await tweestap.close();
  assert.deepEqual(messages, []);
});
