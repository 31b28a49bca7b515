import assert from 'node:assert/strict';
import type { StepOf } from '@tweestap/protocol';
import type { Outcome } from '../flow/context.ts';
import { linkFor } from '../flow/testing/links.ts';
import { World } from '../flow/testing/world.ts';
import { confirmedEmail, setEmail } from '../store/accounts/email-address.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { addNumber, confirmAddress, newestCode, otherCode, sentCodes, smsPolicy } from '../testing/sent-codes.ts';

/*
 * Threat: a mailbox counts as a second factor, so its reader passes a step-up, sets up a factor of their own or is remembered;
 * or a code goes to an address that is not confirmed.
 */

async function clinic({ database, clock }: Fixture, policy: object = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy: { factor: 'optional', emailCodes: true, ...policy } });
  const ada = await world.user({ without: 'totp' });
  await confirmAddress(world, ada);
  return { world, ada };
}

const typeOf = ({ flow }: Outcome): string => flow.step.type;

withDatabases(
  'D14 a login with a code by email earns aal1 without mfa, and no device is remembered',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    const step = (await browser.password(ada)).flow.step as StepOf<'email'>;
    assert.deepEqual([step.type, step.to, step.digits], ['email', 'a•••@mail.example', 6]);
    assert.ok(!('remember' in step));
    const [mail] = await sentCodes(world, ada.id);
    assert.deepEqual([mail?.to, mail?.row.channel], ['ada@mail.example', 'mail']);
    const refused = await browser.submit({ step: 'email', code: otherCode(mail?.code ?? '') });
    assert.deepEqual([refused.refusal?.code, refused.refusal?.attemptsLeft], ['wrong-code', 9]);
    const forced = { step: 'email', code: mail?.code ?? '', remember: true };
    const end = await browser.submit(forced as never);
    const { type, amr, acr } = end.flow.step as StepOf<'done'> & { amr: string[]; acr: string };
    assert.deepEqual([type, amr, acr], ['done', ['pwd'], 'aal1']);
    const session = await browser.sessionRow();
    assert.deepEqual([session?.acr, session?.factor_time], ['aal1', null]);
    assert.equal(typeOf(await browser.password(ada)), 'email', 'the device was remembered');
  },
);

withDatabases(
  'D14 codes by email are off by default, and never asked for an address that is not confirmed',
  async (fixture) => {
    const { world, ada } = await clinic(fixture, { emailCodes: false });
    assert.equal(typeOf(await world.browser().password(ada)), 'done');
    await world.organisation({ policy: { factor: 'optional', emailCodes: true } });
    fixture.clock.advance(2000);
    assert.equal(typeOf(await world.browser().password(ada)), 'email');
    await fixture.database.write((tx) => setEmail(tx, ada.id, 'ada@elsewhere.example'));
    assert.equal(typeOf(await world.browser().password(ada)), 'done', 'a changed address is confirmed');
  },
);

withDatabases('D14 an address that changes after its code was sent proves nothing', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  const code = await newestCode(world, ada);
  await fixture.database.write((tx) => setEmail(tx, ada.id, 'ada@elsewhere.example'));
  const late = await browser.submit({ step: 'email', code });
  assert.ok(late.refusal && !late.issued);
});

withDatabases('D14 R9 a code by email satisfies no step-up and no change of a factor', async (fixture) => {
  const { world, ada } = await clinic(fixture, smsPolicy);
  await addNumber(world, ada);
  const browser = world.browser();
  const step = (await browser.password(ada)).flow.step as StepOf<'sms'>;
  assert.deepEqual(step.methods, [{ method: 'email' }], 'a login of a user with a factor offers it by `switch`');
  await browser.submit({ step: 'sms', action: 'switch', method: 'email' });
  const code = (await sentCodes(world, ada.id)).at(-1)?.code ?? '';
  const end = await browser.submit({ step: 'email', code });
  assert.deepEqual((end.flow.step as { acr?: string }).acr, 'aal1');
  fixture.clock.advance(30_000);
  for (const kind of ['step-up', 'enroll', 'change-password', 'recovery-codes'] as const) {
    const first = await browser.start(kind);
    const confirmed =
      typeOf(first) === 'confirm-password'
        ? await browser.submit({ step: 'confirm-password', password: ada.password })
        : first;
    const asked = confirmed.flow.step as StepOf<'sms'>;
    assert.equal(asked.type, 'sms', kind);
    assert.ok(!asked.methods.some(({ method }) => method === 'email'), kind);
    const switched = await browser.submit({ step: 'sms', action: 'switch', method: 'email' });
    assert.equal(switched.refusal?.code, 'out-of-order', kind);
  }
});

withDatabases(
  'D14 a mailed link confirms the address of its account, and a printed one confirms none',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const confirmed = () => confirmedEmail(world.database.read, ada.id);
    for (const [isPrinted, expected] of [
      [true, undefined],
      [false, 'ada@new.example'],
    ] as const) {
      await fixture.database.write((tx) => setEmail(tx, ada.id, 'ada@new.example'));
      const token = await linkFor(world, ada, 'reset');
      const mailed_at = isPrinted ? null : fixture.clock();
      await fixture.database.write((tx) => tx.updateTable('links').set({ mailed_at }).execute());
      const browser = world.browser();
      await browser.start('reset', [], token);
      assert.equal(await confirmed(), undefined, 'opening a link confirms an address');
      const end = await browser.submit({ step: 'new-password', password: `a lamp beside the canal ${expected}` });
      assert.equal(end.refusal, undefined);
      assert.equal(await confirmed(), expected);
    }
  },
);

withDatabases(
  'R28 R91 at the daily limit of codes by email the step is shown, and says when a code can be sent',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    for (let count = 0; count < 10; count += 1) await world.browser().password(ada);
    const step = (await world.browser().password(ada)).flow.step as StepOf<'email'>;
    assert.equal(step.unsent, true);
    assert.equal((await sentCodes(world, ada.id)).length, 10);
  },
);
