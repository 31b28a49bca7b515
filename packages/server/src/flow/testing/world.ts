import type { Input, Kind, Step } from '@tweestap/protocol';
import type { Timer } from '../../accounts/answer-floor.ts';
import { createPasswordHasher, type PasswordHasher } from '../../accounts/password-hasher.ts';
import { type Admin, createAdmin } from '../../admin/admin.ts';
import { type Keyring, parseKeyring } from '../../crypto/keyring.ts';
import { hashToken, newToken, systemRandom } from '../../crypto/tokens.ts';
import { factors } from '../../factors/index.ts';
import { stepOf, totpCode } from '../../factors/totp/code.ts';
import { type OrganisationInput, parseOrganisation } from '../../organisations/schema.ts';
import { readSession } from '../../sessions/sessions.ts';
import { steps } from '../../steps/index.ts';
import type { Database } from '../../store/database.ts';
import { upsertOrganisation } from '../../store/organisations.ts';
import type { SessionRow } from '../../store/schema.ts';
import type { TestClock } from '../../store/testing/databases.ts';
import {
  addAuthenticator,
  addRecoveryCodes,
  addUser,
  cheapHashing,
  type GivenUser,
  type TestUser,
} from '../../testing/users.ts';
import type { Engine, EngineDeps, Outcome, RequestContext } from '../context.ts';
import { createEngine } from '../engine.ts';

const KEY = `test:${Buffer.alloc(32, 7).toString('base64')}`;

const BASE_URL = 'https://portal.example';

/** Cheap hashes: what these tests decide is what is hashed, not how dearly. */
export function cheapHasher(): PasswordHasher {
  return createPasswordHasher(cheapHashing);
}

/** A timer on which no time passes but what is waited for, and that at once. */
export function standingTimer(): Timer {
  let now = 0;
  return {
    now: () => now,
    async wait(ms) {
      now += ms;
    },
  };
}

export type { TestUser };

/** The lists of steps and factors that an engine works with. */
export type Lists = Pick<EngineDeps, 'steps' | 'factors'>;

export const builtIn: Lists = { steps, factors };

/** One instance of the server's heart, with the people and organisations of a test. */
export class World {
  readonly database: Database;
  readonly clock: TestClock;
  readonly keyring: Keyring = parseKeyring(KEY);
  readonly hasher: PasswordHasher;
  readonly engine: Engine;
  readonly admin: Admin;

  constructor(
    database: Database,
    clock: TestClock,
    hasher: PasswordHasher = cheapHasher(),
    timer: Timer = standingTimer(),
    lists: Lists = builtIn,
  ) {
    this.database = database;
    this.clock = clock;
    this.hasher = hasher;
    const deps = {
      factors: lists.factors,
      database,
      keyring: this.keyring,
      hasher,
      clock,
      random: systemRandom,
      baseUrl: BASE_URL,
    };
    this.admin = createAdmin(deps);
    this.engine = createEngine({
      ...deps,
      steps: lists.steps,
      timer,
      logger: { warn: () => {} },
      allowedReturnTo: (_organisation, url) => url.startsWith('https://portal.example/'),
    });
  }

  /** `locks.firstWaitSeconds` and the rest are the defaults of the schema unless given. */
  async organisation(given: Partial<OrganisationInput> = {}): Promise<string> {
    const definition = parseOrganisation({ id: 'clinic', name: 'Clinic', ...given });
    await this.database.write((tx) => upsertOrganisation(tx, definition, this.clock()));
    return definition.id;
  }

  async user(given: GivenUser = {}): Promise<TestUser> {
    return await addUser(this, given);
  }

  async factor(user: Pick<TestUser, 'id' | 'organisation' | 'secret'>): Promise<string> {
    const { id, organisation, secret } = user;
    return await addAuthenticator(this, { id, organisation, secret });
  }

  async giveRecoveryCodes(user: TestUser): Promise<string[]> {
    return await addRecoveryCodes(this, user);
  }

  /** What the help desk says on the phone; the one before it is void. */
  async giveDeskCode(person: Pick<TestUser, 'id' | 'organisation'>, hours = 1): Promise<string> {
    const who = { actor: { role: 'administrator', name: 'desk' }, reason: 'lost the phone, known by voice' } as const;
    const { organisation, id: account } = person;
    return (await this.admin.issueCode({ ...who, organisation, account, hours })).code;
  }

  /** Mails an invitation, as the help desk does. */
  async invite({ id: account, organisation }: Pick<TestUser, 'id' | 'organisation'>): Promise<void> {
    const actor = { role: 'administrator', name: 'desk' } as const;
    await this.admin.invite({ actor, reason: 'a new colleague', organisation, account });
  }

  /** What the person's authenticator shows, by a clock that is off by that many ms. */
  code({ secret }: Pick<TestUser, 'secret'>, off = 0): string {
    return totpCode(secret, stepOf(this.clock() + off));
  }

  /** A code that no step near now has. */
  wrongCode({ secret }: Pick<TestUser, 'secret'>): string {
    const now = stepOf(this.clock());
    const near = new Set(Array.from({ length: 7000 }, (_, index) => totpCode(secret, now - 3500 + index)));
    for (let number = 0; ; number += 1) {
      const code = String(number).padStart(6, '0');
      if (!near.has(code)) return code;
    }
  }

  browser(engine: Engine = this.engine): Browser {
    return new Browser(this, engine);
  }
}

/** A browser: it keeps the cookies and the flow's token, and nothing else. */
export class Browser {
  readonly world: World;
  readonly engine: Engine;
  readonly flowCookie = newToken(systemRandom);
  session: string | undefined;
  device: string | undefined;
  /** The network that its requests come from. */
  address = '192.0.2.1';
  flow: { id: string; token: string } | undefined;
  last: Outcome | undefined;

  constructor(world: World, engine: Engine) {
    this.world = world;
    this.engine = engine;
  }

  async sessionRow(): Promise<SessionRow | undefined> {
    return this.session === undefined
      ? undefined
      : await readSession(this.world.database.read, this.session, this.world.clock());
  }

  async context(): Promise<RequestContext> {
    return {
      browserHash: hashToken(this.flowCookie),
      deviceToken: this.device,
      session: await this.sessionRow(),
      address: this.address,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
      correlationId: 'test',
    };
  }

  async start(kind: Kind, inputs: Input[] = [], link?: string): Promise<Outcome> {
    const given = link === undefined ? {} : { link };
    const outcome = await this.engine.start({ kind, inputs, ...given }, await this.context());
    this.flow = { id: outcome.flow.id, token: outcome.token };
    return this.keep(outcome);
  }

  async submit(...inputs: Input[]): Promise<Outcome> {
    return this.keep(await this.engine.submit(this.ref(), inputs, await this.context()));
  }

  /** The step as `GET` shows it. */
  async step(): Promise<Step> {
    return (await this.engine.view(this.ref(), await this.context())).step;
  }

  ref() {
    if (!this.flow) throw new Error('This browser has no flow.');
    return { id: this.flow.id, tokenHash: hashToken(this.flow.token) };
  }

  /** Organisation, username and password: as far as that brings one. */
  async password({ organisation, username, password }: TestUser, typed = password): Promise<Outcome> {
    return await this.start('login', [
      { step: 'organisation', organisation },
      { step: 'username', username },
      { step: 'password', password: typed },
    ]);
  }

  /** A login up to the set-up that it makes due, with the offer accepted. */
  async accept(person: TestUser): Promise<Outcome> {
    await this.password(person);
    return await this.submit({ step: 'enroll-offer', action: 'accept' });
  }

  async code(code: string, remember?: boolean): Promise<Outcome> {
    return await this.submit({ step: 'totp', code, ...(remember === undefined ? {} : { remember }) });
  }

  /** A whole login with the authenticator, once the code of the present step is fresh. */
  async login(person: TestUser, remember?: boolean): Promise<Outcome> {
    const outcome = await this.password(person);
    return outcome.flow.step.type === 'totp' ? await this.code(this.world.code(person), remember) : outcome;
  }

  private keep(outcome: Outcome): Outcome {
    this.last = outcome;
    if (outcome.issued?.session) this.session = outcome.issued.session.token;
    if (outcome.issued?.device) this.device = outcome.issued.device.token;
    return outcome;
  }
}
