import type { Input, Kind, Step } from '@tweestap/protocol';
import type { Timer } from '../../accounts/answer-floor.ts';
import { createPasswordHasher, type PasswordHasher } from '../../accounts/password-hasher.ts';
import { type Admin, createAdmin } from '../../admin/admin.ts';
import { type Keyring, parseKeyring } from '../../crypto/keyring.ts';
import { hashToken, newToken, systemRandom } from '../../crypto/tokens.ts';
import { factors } from '../../factors/index.ts';
import { stepOf, totpCode, verifyTotp } from '../../factors/totp/code.ts';
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

/** A hasher with a low cost, for tests that do not depend on the cost of a hash. */
export function cheapHasher(): PasswordHasher {
  return createPasswordHasher(cheapHashing);
}

/** A timer on which time passes only by waits, and every wait resolves immediately. */
export function simulatedTimer(): Timer {
  let now = 0;
  return {
    now: () => now,
    async wait(ms) {
      now += ms;
    },
  };
}

export type { GivenUser, TestUser };

/** The lists of steps and factors that an engine uses, and the users of a portal. */
export type Lists = Pick<EngineDeps, 'steps' | 'factors' | 'directory'>;

/** The lists of the server. */
export const builtIn: Lists = { steps, factors };

/** One instance of the engine and the administration, with the organisations and users of a test. */
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
    timer: Timer = simulatedTimer(),
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
      directory: lists.directory,
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

  /** Stores an organisation and returns its id. Missing settings have the defaults of the schema. */
  async organisation(given: Partial<OrganisationInput> = {}): Promise<string> {
    const definition = parseOrganisation({ id: 'clinic', name: 'Clinic', ...given });
    await this.database.write((tx) => upsertOrganisation(tx, definition, this.clock()));
    return definition.id;
  }

  /** Adds a user, by default `ada` in the organisation `clinic` with an authenticator. */
  async user(given: GivenUser = {}): Promise<TestUser> {
    return await addUser(this, given);
  }

  /** Adds an authenticator to an account and returns the id of the factor. */
  async factor(user: Pick<TestUser, 'id' | 'organisation' | 'secret'>): Promise<string> {
    const { id, organisation, secret } = user;
    return await addAuthenticator(this, { id, organisation, secret });
  }

  /** Replaces the recovery codes of a user and returns the new ones. */
  async giveRecoveryCodes(user: TestUser): Promise<string[]> {
    return await addRecoveryCodes(this, user);
  }

  /** Issues a help-desk code for a new authenticator and voids the previous one. */
  async giveDeskCode(user: Pick<TestUser, 'id' | 'organisation'>, hours = 1): Promise<string> {
    const request = {
      actor: { role: 'administrator', name: 'desk' },
      reason: 'lost the phone, known by voice',
    } as const;
    const { organisation, id: account } = user;
    return (await this.admin.issueCode({ ...request, organisation, account, hours })).code;
  }

  /** Mails an invitation to a user. */
  async invite({ id: account, organisation }: Pick<TestUser, 'id' | 'organisation'>): Promise<void> {
    const actor = { role: 'administrator', name: 'desk' } as const;
    await this.admin.invite({ actor, reason: 'a new colleague', organisation, account });
  }

  /** The code that the user's authenticator shows, with a clock that is fast by `off` ms. */
  code({ secret }: Pick<TestUser, 'secret'>, off = 0): string {
    return totpCode(secret, stepOf(this.clock() + off));
  }

  /** A code of none of the time steps that the server searches. */
  wrongCode({ secret }: Pick<TestUser, 'secret'>): string {
    for (let number = 0; ; number += 1) {
      const code = String(number).padStart(6, '0');
      const verdict = verifyTotp({ secret, code, now: this.clock(), lastStep: null, burntSteps: [] });
      if (verdict.outcome === 'refused' && verdict.code === 'wrong-code') return code;
    }
  }

  /** A new browser without cookies. */
  browser(engine: Engine = this.engine): Browser {
    return new Browser(this, engine);
  }
}

/** A browser. It keeps the cookies and the token of its flow. */
export class Browser {
  readonly world: World;
  readonly engine: Engine;
  readonly flowCookie = newToken(systemRandom);
  /** The token of the session cookie. */
  session: string | undefined;
  /** The value of the device cookie. */
  device: string | undefined;
  /** The address from which it sends requests. */
  address = '192.0.2.1';
  /** The nonce of a portal's server, with which logins and step-ups end in an assertion. */
  nonce: string | undefined;
  /** The flow that it started last. */
  flow: { id: string; token: string } | undefined;
  /** The outcome of its last request. */
  last: Outcome | undefined;

  constructor(world: World, engine: Engine) {
    this.world = world;
    this.engine = engine;
  }

  /** The row of its session, if the session is valid. */
  async sessionRow(): Promise<SessionRow | undefined> {
    return this.session === undefined
      ? undefined
      : await readSession(this.world.database.read, this.session, this.world.clock());
  }

  /** The context of its next request. */
  async context(): Promise<RequestContext> {
    return {
      browserHash: hashToken(this.flowCookie),
      deviceToken: this.device,
      session: await this.sessionRow(),
      address: this.address,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
      correlationId: 'test',
      origin: BASE_URL,
    };
  }

  /** Starts a flow and keeps its token. */
  async start(kind: Kind, inputs: Input[] = [], link?: string): Promise<Outcome> {
    const given = link === undefined ? {} : { link };
    const nonce = kind === 'login' || kind === 'step-up' ? this.nonce : undefined;
    const outcome = await this.engine.start({ kind, inputs, nonce, ...given }, await this.context());
    this.flow = { id: outcome.flow.id, token: outcome.token };
    return this.keep(outcome);
  }

  /** Submits inputs to its flow. */
  async submit(...inputs: Input[]): Promise<Outcome> {
    return this.keep(await this.engine.submit(this.ref(), inputs, await this.context()));
  }

  /** The present step, as `GET` returns it. */
  async step(): Promise<Step> {
    return (await this.engine.view(this.ref(), await this.context())).step;
  }

  /** The reference to its flow. @throws Error when it has not started one */
  ref() {
    if (!this.flow) throw new Error('This browser has no flow.');
    return { id: this.flow.id, tokenHash: hashToken(this.flow.token) };
  }

  /** Starts a login and submits organisation, username and password. */
  async password({ organisation, username, password }: TestUser, typed = password): Promise<Outcome> {
    return await this.start('login', [
      { step: 'organisation', organisation },
      { step: 'username', username },
      { step: 'password', password: typed },
    ]);
  }

  /** Starts a login in which an enrolment is due, and accepts the offer. */
  async accept(user: TestUser): Promise<Outcome> {
    await this.password(user);
    return await this.submit({ step: 'enroll-offer', action: 'accept' });
  }

  /** Submits a code of the authenticator. */
  async code(code: string, remember?: boolean): Promise<Outcome> {
    return await this.submit({ step: 'totp', code, ...(remember === undefined ? {} : { remember }) });
  }

  /** Logs in with the authenticator. The code of the present time step must not be used up yet. */
  async login(user: TestUser, remember?: boolean): Promise<Outcome> {
    const outcome = await this.password(user);
    return outcome.flow.step.type === 'totp' ? await this.code(this.world.code(user), remember) : outcome;
  }

  private keep(outcome: Outcome): Outcome {
    this.last = outcome;
    if (outcome.issued?.session) this.session = outcome.issued.session.token;
    if (outcome.issued?.device) this.device = outcome.issued.device.token;
    return outcome;
  }
}
