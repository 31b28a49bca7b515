import assert from 'node:assert/strict';
import { type Input, parseInput, type Step } from '@tweestap/protocol';
import fc from 'fast-check';
import { decodeSecret } from '../factors/totp/secret.ts';
import { type Fixture, testDatabases, testsOn } from '../store/testing/databases.ts';
import { FlowError } from './errors.ts';
import { Ledger, type LinkKind, type OwnKind, type Subject } from './testing/ledger.ts';
import { printedLink } from './testing/links.ts';
import { type Browser, type Person, World } from './testing/world.ts';

/*
 * Threat: some order of calls, over several flows, browsers, people and organisations, with remembered devices, recovery
 * codes, set-ups and a clock that jumps, ends in a session that nobody paid for. The ledger is the oracle: it judges by
 * the passwords, secrets and codes themselves.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Move =
  | { do: 'start'; kind: Kind; who: number }
  | { do: 'mail'; purpose: LinkKind; as: LinkKind; who: number; after: number }
  | { do: 'answer' | 'finish'; good: number }
  | { do: 'login'; who: number; remember: boolean; until: 'password' | 'done' }
  | { do: 'type'; step: 'organisation' | 'username' | 'password' | 'confirm-password'; who: number }
  | { do: 'code'; step: 'totp' | 'enroll-totp'; who: number; off: number; remember: boolean }
  | { do: 'own'; kind: OwnKind; who: number; good: number }
  | { do: 'recovery'; who: number; at: number }
  | { do: 'desk'; who: number }
  | { do: 'back'; to: string }
  | { do: 'switch'; method: 'totp' | 'recovery-code' }
  | { do: 'keep' | 'later' | 'extend' | 'poll' | 'view' | 'cancel' | 'steal' | 'twice' | 'swapDevices' }
  | { do: 'wait'; ms: number };
type Kind = 'login' | 'enroll' | 'step-up' | 'recover' | OwnKind;

const who = fc.nat(4);
const good = fc.nat(19);
const remember = fc.boolean();
/** Said once each, so that a walk reads like a list of words. */
const one = <const T extends string>(...words: T[]) => fc.constantFrom(...words);
const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const move: fc.Arbitrary<Move> = fc.oneof(
  weighted(5, fc.record({ do: one('start'), kind: one('login', 'enroll', 'step-up', 'recover'), who })),
  weighted(4, fc.record({ do: one('own'), kind: one('recovery-codes', 'disable', 'change-password'), who, good })),
  weighted(
    5,
    one('activate', 'reset', 'unlock').chain((purpose) =>
      fc.record({
        do: one('mail'),
        purpose: fc.constant(purpose),
        // Mostly for what it is meant for.
        as: fc.constantFrom<LinkKind>(purpose, purpose, purpose, 'reset', 'activate'),
        who,
        after: fc.constantFrom(0, 0, 0, 59 * MINUTE, 61 * MINUTE),
      }),
    ),
  ),
  weighted(8, fc.record({ do: one('answer'), good })),
  weighted(6, fc.record({ do: one('finish'), good })),
  weighted(10, fc.record({ do: one('login'), who, remember, until: one('password', 'done') })),
  weighted(
    3,
    fc.record({ do: one('type'), step: one('organisation', 'username', 'password', 'confirm-password'), who }),
  ),
  weighted(
    3,
    fc.record({
      do: one('code'),
      step: one('totp', 'enroll-totp'),
      who,
      off: fc.integer({ min: -3, max: 3 }),
      remember,
    }),
  ),
  weighted(3, fc.record({ do: one('recovery'), who, at: fc.nat(5) })),
  weighted(3, fc.record({ do: one('desk'), who })),
  weighted(
    4,
    fc.record({
      do: one('back'),
      to: one('organisation', 'username', 'password', 'choose-method', 'enroll-offer', 'enroll-method', 'done'),
    }),
  ),
  weighted(3, fc.record({ do: one('switch'), method: one('totp', 'recovery-code') })),
  weighted(
    3,
    fc.record({ do: one('keep', 'later', 'extend', 'poll', 'view', 'cancel', 'steal', 'twice', 'swapDevices') }),
  ),
  weighted(
    5,
    fc.record({
      do: one('wait'),
      ms: fc.constantFrom(
        30_000,
        5 * MINUTE,
        16 * MINUTE,
        2 * HOUR,
        13 * HOUR,
        25 * HOUR,
        -31_000,
        -10 * MINUTE,
        -13 * HOUR,
      ),
    }),
  ),
);
const moves = fc.array(fc.record({ browser: fc.nat(1), move }), { minLength: 10, maxLength: 40 });

/** The first code on the paper, used or not. */
const used = (who: Subject): string => who.person.recoveryCodes[0] ?? 'AAAA-BBBB-CCCC';

/** India has no summer time, and its days begin half an hour off everybody else's. */
const INDIA = 5.5 * HOUR;

/** The present day in India and its end, reckoned without any calendar. */
function dayInIndia(now: number): { until: string; end: number } {
  const day = Math.floor((now + INDIA) / (24 * HOUR));
  return { until: new Date(day * 24 * HOUR).toISOString().slice(0, 10), end: (day + 1) * 24 * HOUR - INDIA };
}

let runs = 0;

/** Two organisations, two people in each; the same names in both. */
async function people(world: World): Promise<Subject[]> {
  runs += 1;
  const clinic = `clinic-${runs}`;
  const school = `school-${runs}`;
  await world.organisation({ id: clinic, policy: { factor: 'mandatory', authenticators: 'many' } });
  const { until, end } = dayInIndia(world.clock());
  const setUp = { until, timeZone: 'Asia/Kolkata' };
  await world.organisation({ id: school, policy: { factor: 'optional', authenticators: 'one', setUp } });
  const subject = async (organisation: string, username: string, without?: 'totp' | 'password'): Promise<Subject> => {
    const password = `password of ${username} at ${organisation}`;
    const person = await world.person({ organisation, username, password, ...(without ? { without } : {}) });
    const codes = without ? [] : await world.giveRecoveryCodes(person);
    return {
      person,
      mandatoryFrom: organisation === clinic ? -Infinity : end,
      oneAuthenticator: organisation === school,
      authenticators: without ? [] : [{ secret: person.secret, lastStep: -1 }],
      codes: new Set(codes),
    };
  };
  return [
    await subject(clinic, 'ada'),
    await subject(clinic, 'bob', 'totp'),
    await subject(school, 'ada'),
    await subject(school, 'bob', 'totp'),
    // Invited: there is no password yet, so the one that the ledger begins with is good for nothing.
    await subject(clinic, 'cyd', 'password'),
  ];
}

/** Plays the moves against the engine and the ledger. */
class Game {
  readonly world: World;
  readonly ledger: Ledger;
  readonly browsers: Browser[];
  private typed: { who: Subject | undefined } = { who: undefined };

  constructor(world: World, subjects: Subject[]) {
    this.world = world;
    this.ledger = new Ledger(subjects);
    this.browsers = [world.browser(), world.browser()];
  }

  async play(browser: Browser, step: Move): Promise<void> {
    if (step.do === 'wait') return this.world.clock.advance(step.ms);
    if (step.do === 'swapDevices') {
      const [one, two] = this.browsers as [Browser, Browser];
      [one.device, two.device] = [two.device, one.device];
      return;
    }
    if (step.do === 'start') {
      this.typed.who = this.ledger.subjects[step.who];
      return await this.start(browser, step.kind, []);
    }
    if (step.do === 'mail') return await this.mail(browser, step);
    if (step.do === 'login') return await this.login(browser, step);
    if (step.do === 'desk') return await this.askDesk(browser, step.who);
    if (step.do === 'own') return await this.changeOwn(browser, step);
    if (!browser.flow) return;
    if (step.do === 'finish') return await this.finish(browser, step.good);
    if (step.do === 'view') return await this.ignoringEnds(async () => void (await browser.step()));
    if (step.do === 'cancel') {
      return await this.ignoringEnds(async () => await browser.engine.cancel(browser.ref(), await browser.context()));
    }
    if (step.do === 'steal') return await this.steal(browser);
    // What the wire refuses never reaches the engine.
    const inputs = (await this.inputsOf(browser, step)).filter((input) => parseInput(input).ok);
    if (inputs.length === 0) return;
    const times = step.do === 'twice' ? 2 : 1;
    await Promise.all(Array.from({ length: times }, () => this.submit(browser, inputs)));
    if (step.do === 'back') await this.finish(browser, 10);
  }

  /** A link is mailed, opened after a while, and gone on with. */
  private async mail(browser: Browser, { purpose, as, who: at, after }: Extract<Move, { do: 'mail' }>): Promise<void> {
    const who = this.ledger.subjects[at] as Subject;
    const from = this.world.clock();
    const { token, expiresAt } = await printedLink(this.world, who.person, purpose);
    this.ledger.mailed(token, { owner: who, kind: purpose, from, until: expiresAt });
    this.world.clock.advance(after);
    await this.ignoringEnds(async () => {
      const { flow } = await browser.start(as, [], token);
      this.ledger.open(as, flow.id, token, this.world.clock());
      this.typed.who = who;
    });
  }

  /** Somebody logs in and changes something of the own account, with what was proven by the login or with more. */
  private async changeOwn(browser: Browser, { kind, who, good }: Extract<Move, { do: 'own' }>): Promise<void> {
    await this.login(browser, { do: 'login', who, remember: good > 9, until: 'done' });
    await this.start(browser, kind, []);
    if (browser.flow) await this.finish(browser, good);
  }

  /** The person calls the help desk and begins with the code; who has no authenticator gets none. */
  private async askDesk(browser: Browser, at: number): Promise<void> {
    const who = this.ledger.subjects[at] as Subject;
    if (who.authenticators.length === 0) return;
    who.desk = { code: await this.world.giveDeskCode(who.person), until: this.world.clock() + HOUR };
    await this.login(browser, { do: 'login', who: at, remember: false, until: 'password' });
    if (browser.last?.flow.step.type !== 'totp') return;
    await this.submit(browser, [{ step: 'totp', action: 'switch', method: 'recovery-code' }]);
  }

  /** Another browser with this one's flow token: there is no such flow for it (R4). */
  private async steal(browser: Browser): Promise<void> {
    const thief = this.browsers.find((each) => each !== browser) as Browser;
    const input: Input = { step: 'organisation', organisation: 'clinic' };
    await assert.rejects(thief.engine.submit(browser.ref(), [input], await thief.context()), FlowError);
  }

  /** Goes on with right answers until there is nothing more to answer. */
  private async finish(browser: Browser, liking: number): Promise<void> {
    for (let count = 0; count < 6; count += 1) {
      const shown = await browser.step().catch(() => undefined);
      if (!shown || shown.type === 'done' || shown.type === 'locked') return;
      if (shown.type === 'totp') this.world.clock.advance(30_000);
      await this.submit(browser, this.answerTo(shown, Math.max(1, liking)));
    }
  }

  private async login(browser: Browser, step: Extract<Move, { do: 'login' }>): Promise<void> {
    const who = this.ledger.subjects[step.who] as Subject;
    const { organisation, username, password } = who.person;
    await this.start(browser, 'login', [
      { step: 'organisation', organisation },
      { step: 'username', username },
      { step: 'password', password },
    ]);
    this.typed.who = who;
    if (step.until === 'password' || browser.last?.flow.step.type !== 'totp') return;
    this.world.clock.advance(30_000);
    await this.submit(browser, [{ step: 'totp', code: this.codeOf(who, 0), remember: step.remember }]);
  }

  private async start(browser: Browser, kind: Kind, inputs: Input[]): Promise<void> {
    const came = browser.session;
    const device = browser.device;
    await this.ignoringEnds(async () => {
      const outcome = await browser.start(kind, inputs);
      this.ledger.begin(kind, outcome.flow.id, came);
      await this.settle(browser, outcome, inputs, { flowId: outcome.flow.id, device, came });
    });
  }

  private async submit(browser: Browser, inputs: Input[]): Promise<void> {
    const given = { flowId: browser.flow?.id ?? '', device: browser.device, came: browser.session };
    await this.ignoringEnds(async () => {
      const outcome = await browser.submit(...inputs);
      await this.settle(browser, outcome, inputs, given);
    });
  }

  private async settle(
    browser: Browser,
    outcome: Awaited<ReturnType<Browser['submit']>>,
    inputs: Input[],
    given: { flowId: string; device: string | undefined; came: string | undefined },
  ): Promise<void> {
    const now = this.world.clock();
    if (outcome.refusal?.input !== 0 || outcome.flow.status === 'open') {
      const ended = 'next' in outcome.flow.step;
      if (outcome.flow.status === 'open' || outcome.issued || ended)
        this.ledger.enter(outcome, inputs, { ...given, now });
    }
    if (!outcome.issued?.session) return;
    const session = await browser.sessionRow();
    assert.ok(session, 'a session that was given out is one');
    this.ledger.pay(outcome, session, { ...given, now });
  }

  /** Flows end and expire; that is no way in. */
  private async ignoringEnds(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
    }
  }

  /** A used one, a good one of the person's own, or the one of the help desk. */
  private paperOf(who: Subject, good: number): string {
    if (good < 6) return used(who);
    return (good > 12 ? who.desk?.code : undefined) ?? [...who.codes][0] ?? who.desk?.code ?? used(who);
  }

  private codeOf(who: Subject, off: number, at = 0): string {
    const secret = who.authenticators.at(-1 - at)?.secret ?? who.person.secret;
    return this.world.code({ secret }, off * 30_000);
  }

  private async inputsOf(browser: Browser, step: Move): Promise<Input[]> {
    const subject = 'who' in step ? (this.ledger.subjects[step.who] as Subject) : undefined;
    const person = subject?.person as Person;
    switch (step.do) {
      case 'answer':
      case 'twice': {
        const shown = await browser.step().catch(() => undefined);
        return shown ? this.answerTo(shown, 'good' in step ? step.good : 1) : [];
      }
      case 'type':
        if (step.step === 'organisation') return [{ step: 'organisation', organisation: person.organisation }];
        if (step.step === 'username') return [{ step: 'username', username: person.username.toUpperCase() }];
        return [{ step: step.step, password: person.password } as Input];
      case 'code':
        return step.step === 'totp'
          ? [{ step: 'totp', code: this.codeOf(subject as Subject, step.off), remember: step.remember }]
          : [{ step: 'enroll-totp', code: this.codeOf(subject as Subject, step.off) }];
      case 'recovery':
        return [{ step: 'recovery-code', code: person.recoveryCodes[step.at] ?? 'AAAA-BBBB-CCCC' }];
      case 'keep':
        return [{ step: 'recovery-codes' }];
      default:
        return await this.actionOn(browser, step);
    }
  }

  private async actionOn(browser: Browser, step: Move): Promise<Input[]> {
    const at = (await browser.step().catch(() => undefined))?.type;
    if (at === undefined || at === 'done') return [];
    if (step.do === 'back') return [{ step: at, action: 'back', to: step.to } as Input];
    if (step.do === 'switch') return [{ step: at, action: 'switch', method: step.method } as Input];
    return [{ step: at, action: step.do } as Input];
  }

  /** What somebody would do who knows everything about the person typed last: mostly the right thing. */
  private answerTo(shown: Step, good: number): Input[] {
    this.typed.who ??= this.ledger.subjects[good % 5];
    const who = this.typed.who as Subject;
    switch (shown.type) {
      case 'organisation':
        this.typed.who = this.ledger.subjects[good % 5];
        return [{ step: 'organisation', organisation: (this.typed.who as Subject).person.organisation }];
      case 'username':
        return [{ step: 'username', username: who.person.username }];
      case 'password':
        return [{ step: 'password', password: good === 0 ? 'wrong' : who.person.password }];
      case 'confirm-password':
        return [{ step: 'confirm-password', password: good === 0 ? 'wrong' : who.person.password }];
      case 'choose-method':
        return [{ step: 'choose-method', method: good > 4 ? 'totp' : 'recovery-code' }];
      case 'totp':
        return [{ step: 'totp', code: this.codeOf(who, good === 0 ? 1 : 0, good === 1 ? 1 : 0), remember: good > 9 }];
      case 'recovery-code':
        return [{ step: 'recovery-code', code: this.paperOf(who, good) }];
      case 'enroll-offer':
        return [{ step: 'enroll-offer', action: good < 8 ? 'later' : 'accept' }];
      case 'enroll-method':
        return [{ step: 'enroll-method', method: 'totp' }];
      case 'enroll-totp':
        return [
          {
            step: 'enroll-totp',
            code: this.world.code({ secret: decodeSecret(shown.secret) }, good === 0 ? 60_000 : 0),
          },
        ];
      case 'recovery-codes':
        return [{ step: 'recovery-codes' }];
      case 'locked':
        return [{ step: 'locked', action: shown.ways.includes('mail') ? 'unlock' : 'poll', way: 'mail' } as Input];
      case 'identify':
        return [{ step: 'identify', username: who.person.username, email: `${who.person.username}@portal.example` }];
      case 'mail-sent':
        return [{ step: 'mail-sent', action: 'back', to: 'identify' }];
      case 'new-password':
        return [{ step: 'new-password', password: good === 0 ? 'short' : `a sentence of number ${good}` }];
      case 'done':
        return [];
    }
  }
}

for (const kind of testDatabases) {
  const withDatabase = testsOn(kind);
  withDatabase('R1: no sequence of calls yields a session that the ledger of proofs has not paid for', (fixture) =>
    playMany(fixture, kind.name === 'sqlite' ? 100 : 12),
  );
}

async function playMany({ database, clock }: Fixture, numRuns: number): Promise<void> {
  let issued = 0;
  const property = fc.asyncProperty(moves, async (list) => {
    const world = new World(database, clock);
    const game = new Game(world, await people(world));
    for (const { browser, move: step } of list) await game.play(game.browsers[browser] as Browser, step);
    issued += game.ledger.issued;
  });
  await fc.assert(property, { numRuns, endOnFailure: false });
  // More than two sessions come of a walk: far fewer would mean that the walks no longer know the way, and is no chance.
  assert.ok(issued > numRuns / 4, `the walks must get somewhere: ${issued} sessions`);
}
