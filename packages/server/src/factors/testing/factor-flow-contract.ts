import assert from 'node:assert/strict';
import type { Input } from '@tweestap/protocol';
import { createAccountEvents } from '../../account/account-events.ts';
import type { Outcome } from '../../flow/context.ts';
import { openData } from '../../flow/rules/factor.ts';
import { FlowError } from '../../flow/rules/step-definition.ts';
import { type Browser, cheapHasher, simulatedTimer, type TestUser, World } from '../../flow/testing/world.ts';
import type { OrganisationInput } from '../../organisations/schema.ts';
import { eventsOfAccount } from '../../store/audit.ts';
import { getCounter } from '../../store/counters.ts';
import { activeFactors, isCompanion } from '../../store/factors/factors.ts';
import { type Fixture, withDatabases } from '../../store/testing/databases.ts';
import type { FactorParts, ShownStep } from './factor-sample.ts';

/* Threat: a new factor does not count guesses, leaves a proof valid after its removal, or is missing from the audit. */

const NEW_PASSWORD = 'a lamp beside the canal';
const operator = { actor: { role: 'administrator', name: 'root' }, reason: 'test' } as const;

/** The part of the contract that runs flows: proofs, guesses, enrolment and removal, on both databases. */
export function factorFlowContract(title: (text: string) => string, parts: FactorParts): void {
  const { factor, sample } = parts;
  const { method, proveStep, lock } = factor;

  withDatabases(
    title('one of two parallel flows with the same proof logs in, with its amr and acr'),
    async (fixture) => {
      const { world, user, held } = await clinic(fixture, parts);
      const browsers = [world.browser(), world.browser()] as const;
      const [step] = [await atProof(browsers[0], user, parts), await atProof(browsers[1], user, parts)];
      const input = await held.right(step);
      const ends = await Promise.all(browsers.map((browser) => submitted(browser, input)));
      const [end, ...more] = ends.filter((outcome) => outcome?.issued?.session);
      assert.ok(end && more.length === 0, 'exactly one flow logs in');
      const { type, amr, acr } = shown(end);
      const proof = { method, ...(sample.how === undefined ? {} : { how: sample.how }) };
      const reached = factor.acr(proof);
      const expected = ['pwd', ...factor.amr(proof), ...(reached === 'aal2' ? ['mfa'] : [])];
      assert.deepEqual([type, amr, acr], ['done', expected, reached]);
      const [row] = await audited(world, user, 'login');
      assert.deepEqual([row?.result, row?.method], ['ok', method], 'the audit has the method of the login');
    },
  );

  if (lock)
    withDatabases(title('wrong proofs are counted by its own lock, and lock no other method'), async (fixture) => {
      const { world, user, held } = await clinic(fixture, parts);
      const browser = world.browser();
      const step = await atProof(browser, user, parts);
      const others = parts.lists.factors.filter((each) => each !== factor);
      for (let attempt = 1; attempt <= 10; attempt += 1) {
        const { refusal } = await browser.submit(await held.wrong(step));
        assert.equal(refusal?.code, attempt < 10 ? sample.wrongCode : 'locked');
        const counter = await getCounter(world.database.read, lock.key(user.id));
        assert.deepEqual([counter?.soft, counter?.hard], [attempt, attempt]);
      }
      for (const other of others) {
        if (other.lock)
          assert.equal(await getCounter(world.database.read, other.lock.key(user.id)), undefined, other.method);
      }
      const [row] = await audited(world, user, proveStep);
      assert.ok(row, `the settings do not show ${proveStep}`);
      assert.deepEqual(createAccountEvents(parts.lists.factors).codesOf(row), ['locked']);
      // The lock holds in every flow, so the method is not offered until the wait ends.
      const next = shown(await world.browser().password(user));
      assert.ok(next.type !== proveStep && !offers(next, method), 'a locked method is offered');
      fixture.clock.advance(60_000);
      const later = world.browser();
      const end = await later.submit(await held.right(await atProof(later, user, parts)));
      assert.equal(shown(end).type, 'done');
      const counter = await getCounter(world.database.read, lock.key(user.id));
      assert.deepEqual([counter?.soft, counter?.hard], [0, 0], 'a success resets the counter');
    });

  // A fallback is asked in a login only, and proves nothing later. Its own tests cover a changed address.
  if (factor.role === 'fallback') return;
  withDatabases(title('after its removal no flow and no login accepts it or relies on its proof'), async (fixture) => {
    const { world, user, held } = await clinic(fixture, parts);
    const changing = world.browser();
    await changing.submit(await held.right(await atProof(changing, user, parts)));
    const resting = shown(
      await changing.start('change-password', [{ step: 'confirm-password', password: user.password }]),
    );
    const proven = await changing.submit(await held.right(await switched(changing, resting, parts)));
    assert.equal(shown(proven).type, 'new-password');
    const waiting = world.browser();
    const step = await atProof(waiting, user, parts);
    await sample.remove(world, user);

    const late = await submitted(waiting, await held.right(step));
    assert.ok(late?.refusal && !late.issued, 'a removed factor is accepted');
    const changed = await changing.submit({ step: 'new-password', password: NEW_PASSWORD });
    assert.equal(changed.refusal?.code, 'out-of-order', 'a proof of a removed factor changes the password');
    const next = shown(await world.browser().password(user));
    assert.ok(next.type !== proveStep && !offers(next, method), 'a removed method is offered');
    assert.notEqual(next.type, 'password', 'the previous password is no longer valid');
  });

  if (factor.role === 'factor') enrolmentContract(title, parts);
}

function enrolmentContract(title: (text: string) => string, { factor, sample, lists }: FactorParts): void {
  const { method, enrollSteps, data } = factor;

  withDatabases(title('an enrolment makes a sealed row with the default name, and is audited'), async (fixture) => {
    const world = await worldOf(fixture, { factor, sample, lists, setUpMethods: [] });
    const user = await world.user({ without: 'totp' });
    const browser = world.browser();
    const offered = shown(await browser.accept(user));
    assert.equal(offered.type, 'enroll-method');
    let step = shown(await browser.submit({ step: 'enroll-method', method } as Input));
    for (const type of enrollSteps) {
      assert.equal(step.type, type);
      assert.ok(sample.enroll, `the sample of ${method} has no enroll for ${type}`);
      step = shown(await browser.submit(await sample.enroll(step, world, user)));
    }
    assert.equal(step.type, 'recovery-codes');
    const rows = (await activeFactors(world.database.read, user.id)).filter((each) => !isCompanion(each));
    const [row, ...more] = rows;
    assert.ok(row && data && more.length === 0);
    assert.deepEqual([row.method, row.name], [method, factor.defaultName]);
    assert.doesNotThrow(() => openData({ method, data }, row, world.keyring));
    const last = enrollSteps.at(-1) ?? '';
    const [entry] = await audited(world, user, last);
    assert.ok(entry, `the settings do not show ${last}`);
    assert.deepEqual(createAccountEvents(lists.factors).codesOf(entry), ['factor-added']);
  });
}

async function worldOf({ database, clock }: Fixture, { factor, sample, lists }: FactorParts): Promise<World> {
  const world = new World(database, clock, cheapHasher(), simulatedTimer(), lists);
  const methods = factor.role === 'factor' ? [{ method: factor.method, note: 'Ask the help desk.' }] : undefined;
  const policy = { ...(methods ? { methods } : {}), ...sample.policy } as OrganisationInput['policy'];
  await world.admin.addOrganisation({ ...operator, organisation: { id: 'clinic', name: 'Clinic', policy } });
  return world;
}

/** A clinic with a user who has the factor. With a backup the user also has an app, because a backup needs a factor. */
async function clinic(fixture: Fixture, parts: FactorParts) {
  const world = await worldOf(fixture, parts);
  const user = await world.user(parts.factor.role === 'backup' ? {} : { without: 'totp' });
  return { world, user, held: await parts.sample.give(world, user) };
}

function shown({ flow }: Outcome): ShownStep {
  return flow.step as unknown as ShownStep;
}

function offers(step: ShownStep, method: string): boolean {
  const methods = (step.methods ?? []) as { method: string }[];
  return methods.some((each) => each.method === method);
}

/** Logs in until the step of the factor. */
async function atProof(browser: Browser, user: TestUser, parts: FactorParts): Promise<ShownStep> {
  return await switched(browser, shown(await browser.password(user)), parts);
}

async function switched(browser: Browser, step: ShownStep, { factor }: FactorParts): Promise<ShownStep> {
  if (step.type === factor.proveStep) return step;
  const { method } = factor;
  const chosen = shown(await browser.submit({ step: step.type, action: 'switch', method } as Input));
  assert.equal(chosen.type, factor.proveStep);
  return chosen;
}

/** Submits an input; returns undefined if the flow has ended, which the proof of another flow may cause. */
async function submitted(browser: Browser, input: Input): Promise<Outcome | undefined> {
  try {
    return await browser.submit(input);
  } catch (error) {
    if (error instanceof FlowError) return undefined;
    throw error;
  }
}

async function audited({ database }: World, { id: accountId }: TestUser, event: string) {
  return await eventsOfAccount(database.read, { accountId, events: [event], limit: 10 });
}
