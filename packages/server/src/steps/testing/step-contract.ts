import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInputParser, type Input, type ParseInput, type StepType } from '@tweestap/protocol';
import { setUpMethods } from '@tweestap/protocol/constants';
import type { z } from 'zod';
import { encodeSecret } from '../../factors/totp/secret.ts';
import type { Outcome } from '../../flow/context.ts';
import { definitionOf } from '../../flow/open-flow.ts';
import { backTargets } from '../../flow/rules/back.ts';
import { createRegistry } from '../../flow/rules/factor.ts';
import type { Facts } from '../../flow/rules/facts.ts';
import type { StepList } from '../../flow/rules/step-definition.ts';
import { cheapHasher, simulatedTimer, World } from '../../flow/testing/world.ts';
import type { OrganisationInput } from '../../organisations/schema.ts';
import { getCounter } from '../../store/counters.ts';
import { sqliteForTests, testsOn } from '../../store/testing/databases.ts';
import { recordedDatabase } from '../../store/testing/recorded.ts';
import type { AtStep, ShownStep, StepContract, StepSample } from './step-sample.ts';
import { type Watched, watchSteps } from './watched-steps.ts';

/* Threat: a new step accepts any input, reveals a secret, writes before the commit or does not count guesses. */

/** The actions that the engine handles for every step. */
const COMMON_ACTIONS = ['later', 'back', 'switch', 'extend'];
/** The fields of an input that contain a credential. */
const CREDENTIAL_FIELDS = ['password', 'code', 'credential'];
/** The codes of a refusal of an action that the step does not offer. */
const NOT_OFFERED = ['not-allowed', 'out-of-order'];

/**
 * Checks what the engine, HTTP and the elements require of every step of a list. It runs on SQLite only, because the tests of
 * the store run its SQL on both databases.
 */
export function stepContract(type: StepType, contract: StepContract): void {
  const { sample } = contract;
  const title = (text: string): string => `the step ${type}: ${text}`;
  test(title('it has a sample'), () => {
    assert.ok(sample, `${type} has no sample: add steps/testing/samples/${type}.ts`);
  });
  if (!sample) return;
  test(title('its own actions are the same as in the protocol'), () => assertActions(type, contract, sample));
  const check = (text: string, run: (visit: Visit) => Promise<void>): void => {
    testsOn(sqliteForTests)(title(text), async (fixture) => {
      const { database, statements } = recordedDatabase(fixture);
      const watched = watchSteps(contract.lists.steps as StepList, statements);
      const lists = { ...contract.lists, steps: watched.steps };
      try {
        const world = new World(database, fixture.clock, cheapHasher(), simulatedTimer(), lists);
        await addClinic(world, contract);
        await run({ type, contract, sample, world, watched });
      } finally {
        await database.close();
      }
    });
  };
  check('its parser accepts the sample, and reports each field that is missing, unknown or of a wrong type', parsing);
  check('what it shows matches its schema, contains no secret and is the same when it is read again', showing);
  check('it accepts each action that it offers, and refuses all others without a change of the facts', acting);
  check('it leads back only to the steps in the table of back targets', leadingBack);
  check('a wrong input changes no fact, and is counted if it is a guess', refusing);
}

interface Visit {
  type: StepType;
  contract: StepContract;
  sample: StepSample;
  world: World;
  watched: Watched;
}

async function addClinic(world: World, { methods = setUpMethods }: StepContract): Promise<void> {
  const offered = methods.map((method) => ({ method, note: 'Ask the help desk.' }));
  const ways = ['wait', 'helpdesk', 'mail'];
  const setUp = { from: '2026-01-01', until: '2026-12-31' };
  const given = {
    factor: 'optional',
    setUp,
    methods: offered,
    offerPasskeys: false,
    locks: { ways },
    sms: { country: 'NL' },
  };
  const policy = given as unknown as OrganisationInput['policy'];
  const operator = { actor: { role: 'administrator', name: 'root' }, reason: 'test' } as const;
  await world.admin.addOrganisation({ ...operator, organisation: { id: 'clinic', name: 'Clinic', policy } });
}

function assertActions(type: StepType, { lists, schemas }: StepContract, sample: StepSample): void {
  const { answers, verify, isPrepared, prepare } = definitionOf({ steps: lists.steps as StepList }, type);
  const wire = schemas[type];
  assert.ok(wire, `the protocol has no schema for ${type}`);
  const own = Object.keys(wire.inputs).filter((action) => !COMMON_ACTIONS.includes(action));
  assert.deepEqual([...answers].sort(), own.sort(), 'the definition has the same actions as the protocol');
  assert.deepEqual(Object.keys(sample.inputs).sort(), own.sort(), 'the sample has the same actions as the protocol');
  assert.equal(verify === undefined, own.length === 0, 'a step has verify exactly if it has actions of its own');
  assert.equal(isPrepared === undefined, prepare === undefined, 'a step has both isPrepared and prepare, or neither');
}

/** A new browser that the sample has brought to the step. */
async function reach({ type, sample, world }: Pick<Visit, 'type' | 'sample' | 'world'>): Promise<AtStep> {
  const reached = await sample.reach(world);
  const step = (await reached.browser.step()) as unknown as ShownStep;
  assert.equal(step.type, type, 'the sample leads to another step');
  return { ...reached, step, world };
}

function inputOf({ sample, type, contract }: Visit, at: AtStep, action: string): Record<string, unknown> {
  const own = sample.inputs[action];
  if (own) return { step: type, ...(action === 'submit' ? {} : { action }), ...own(at) };
  const [to = 'password'] = targetsOf(contract, at) ?? [];
  const [method] = (at.step.methods ?? [{ method: 'totp' }]) as { method: string }[];
  const more = { back: { to }, switch: { method: method?.method ?? 'totp' } }[action] ?? {};
  return { step: type, action, ...more };
}

function targetsOf({ lists }: StepContract, { browser, step }: AtStep): readonly StepType[] | undefined {
  const kind = browser.last?.flow.kind;
  assert.ok(kind);
  return backTargets(createRegistry(lists.factors), { row: { kind }, facts: {} }, step.type as StepType);
}

async function factsOf({ browser, world }: AtStep): Promise<Facts> {
  const { id } = browser.ref();
  const query = world.database.read.selectFrom('flows').select('facts').where('id', '=', id);
  return JSON.parse((await query.executeTakeFirstOrThrow()).facts) as Facts;
}

async function parsing(visit: Visit): Promise<void> {
  const { type, contract } = visit;
  const { lists, schemas } = contract;
  const parse = createInputParser({ steps: schemas, methods: lists.factors.map(({ method }) => method) });
  const at = await reach(visit);
  for (const [action, schema] of Object.entries(schemas[type]?.inputs ?? {})) {
    const input = inputOf(visit, at, action);
    assert.deepEqual(parse(input), { ok: true, value: input }, action);
    assert.ok(parse({ ...input, action }).ok, `${action} with an explicit action`);
    assert.deepEqual(pathsOf(parse, { ...input, extra: 1 }), ['/'], `${action} with an unknown key`);
    const { shape } = schema as z.ZodObject;
    for (const field of Object.keys(shape).filter((key) => !['step', 'action'].includes(key))) {
      for (const value of [{ of: 'another type' }, null, 7.5, ['text']]) {
        const paths = pathsOf(parse, { ...input, [field]: value });
        const isReported = paths.length > 0 && paths.every((path) => `${path}/`.startsWith(`/${field}/`));
        assert.ok(isReported, `${field} of a wrong type is reported as ${paths}`);
      }
      const { [field]: _, ...rest } = input;
      const isOptional = (shape[field] as z.ZodType).safeParse(undefined).success;
      if (!isOptional) assert.deepEqual(pathsOf(parse, rest), [`/${field}`], `${action} without ${field}`);
    }
  }
  assert.deepEqual(pathsOf(parse, { step: type, action: 'other' }), ['/action']);
}

function pathsOf(parse: ParseInput, value: object): string[] {
  const parsed = parse(value);
  return parsed.ok ? [] : [...new Set(parsed.issues.map(({ path }) => path))];
}

async function showing(visit: Visit): Promise<void> {
  const { type, contract } = visit;
  const at = await reach(visit);
  const facts = await factsOf(at);
  assert.deepEqual(contract.schemas[type]?.step.safeParse(at.step).error, undefined);
  assert.deepEqual(await at.browser.step(), at.step, 'a second request shows another step');
  assert.deepEqual(await factsOf(at), facts, 'a request for the step changes the facts');
  assertNoSecret(at, facts, at.step);
}

/** Asserts that no secret of the user, of the flow or of the browser is shown. */
function assertNoSecret({ browser, user, secrets = [] }: AtStep, facts: Facts, shown: unknown): void {
  const { enrolment, newCodes, session } = facts;
  const ofUser = user ? [user.password, encodeSecret(user.secret), ...user.recoveryCodes] : [];
  const ofFlow = [enrolment?.secret, newCodes?.sealed, session, browser.flow?.token, browser.flowCookie];
  const ofBrowser = [browser.session, browser.device];
  const text = JSON.stringify(shown);
  for (const secret of [...secrets, ...ofUser, ...ofFlow, ...ofBrowser]) {
    if (secret !== undefined) assert.ok(!text.includes(secret), `${secret} is shown in ${text}`);
  }
}

async function acting(visit: Visit): Promise<void> {
  const { type, contract } = visit;
  const possible = Object.keys(contract.schemas[type]?.inputs ?? {});
  const { step } = await reach(visit);
  assert.deepEqual(
    step.actions.filter((action) => !possible.includes(action)),
    [],
    'it offers an action that the protocol does not have',
  );
  for (const action of possible) {
    const at = await reach(visit);
    const before = await factsOf(at);
    const outcome = await at.browser.submit(inputOf(visit, at, action) as unknown as Input);
    if (at.step.actions.includes(action)) {
      assert.equal(outcome.refusal, undefined, `${action} is offered, and refused`);
    } else {
      assert.ok(NOT_OFFERED.includes(outcome.refusal?.code ?? ''), `${action} is not offered, and not refused`);
      assert.deepEqual(await factsOf(at), before, `${action} is refused, and changes the facts`);
    }
  }
}

async function leadingBack(visit: Visit): Promise<void> {
  const { type, contract } = visit;
  const at = await reach(visit);
  const targets = type === 'done' ? undefined : targetsOf(contract, at);
  assert.equal(at.step.back, targets?.[0], 'back is the first target of the table');
  assert.equal(at.step.actions.includes('back'), targets !== undefined);
  if (type === 'done') return;
  const before = await factsOf(at);
  for (const to of Object.keys(contract.lists.steps).filter((name) => !targets?.includes(name as StepType))) {
    const { refusal } = await at.browser.submit(inputWith(type, { action: 'back', to }));
    assert.equal(refusal?.code, 'out-of-order', `back to ${to}`);
  }
  assert.deepEqual(await factsOf(at), before, 'a refused back changes a fact');
  for (const to of targets ?? []) {
    const { browser } = await reach(visit);
    const { refusal, flow } = await browser.submit(inputWith(type, { action: 'back', to }));
    assert.equal(refusal, undefined, `back to ${to}`);
    assert.equal(flow.status, 'open');
  }
}

async function refusing(visit: Visit): Promise<void> {
  const { type, contract, sample, world, watched } = visit;
  const { wrong } = sample;
  const shapes = Object.values(contract.schemas[type]?.inputs ?? {}).map((schema) => (schema as z.ZodObject).shape);
  const takesCredential = shapes.some((shape) => CREDENTIAL_FIELDS.some((field) => field in shape));
  if (!wrong) {
    assert.ok(!takesCredential, `the sample of ${type} has no wrong input, and the step takes a credential`);
    return;
  }
  const at = await reach(visit);
  const before = await factsOf(at);
  Object.assign(watched, { counted: undefined, spends: undefined });
  const outcome: Outcome = await at.browser.submit(inputWith(type, wrong.input(at)));
  assert.equal(outcome.refusal?.code, wrong.code);
  const { renews } = wrong;
  const without = (value: object, name: string | undefined): object =>
    Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
  const after = await factsOf(at);
  assert.deepEqual(without(after, renews), without(before, renews), 'a refused input changes a fact');
  if (renews) assert.notDeepEqual(after[renews], before[renews], 'a challenge can be answered twice (R23)');
  const options = renews && (wrong.shownAs ?? 'options');
  assert.deepEqual(without(outcome.flow.step, options), without(at.step, options), 'a refused input changes the step');
  assertNoSecret(at, before, outcome.refusal);
  const { counted, spends } = watched;
  if (counted)
    assert.equal((await getCounter(world.database.read, counted.key))?.hard, 1, 'a wrong input is counted once');
  const showsItsSecret = sample.enrolls ?? contract.lists.factors.some(({ enrollSteps }) => enrollSteps.includes(type));
  if (takesCredential && !showsItsSecret)
    assert.ok(counted ?? spends, `${type} takes a credential and does not count attempts`);
}

function inputWith(step: StepType, input: object): Input {
  return { step, ...input } as unknown as Input;
}
