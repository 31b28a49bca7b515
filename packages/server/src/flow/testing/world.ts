import type { Input, Kind, Step } from '@tweestap/protocol';
import type { Timer } from '../../accounts/answer-floor.ts';
import { createPasswordHasher, type PasswordHasher } from '../../accounts/password-hasher.ts';
import { emailKey, usernameKey } from '../../accounts/username.ts';
import { type Admin, createAdmin } from '../../admin/admin.ts';
import { type Keyring, parseKeyring } from '../../crypto/keyring.ts';
import { hashToken, newId, newToken, systemRandom } from '../../crypto/tokens.ts';
import { factors } from '../../factors/index.ts';
import { newRecoveryCodes } from '../../factors/recovery-codes/recovery-codes.ts';
import { stepOf, totpCode } from '../../factors/totp/code.ts';
import { sealTotp } from '../../factors/totp/factor.ts';
import { newTotpSecret } from '../../factors/totp/secret.ts';
import { type OrganisationInput, parseOrganisation } from '../../organisations/schema.ts';
import { readSession } from '../../sessions/sessions.ts';
import { steps } from '../../steps/index.ts';
import { insertAccount } from '../../store/accounts.ts';
import type { Database } from '../../store/database.ts';
import { insertFactor } from '../../store/factors.ts';
import { upsertOrganisation } from '../../store/organisations.ts';
import { replaceRecoveryCodes } from '../../store/recovery-codes.ts';
import type { SessionRow } from '../../store/schema.ts';
import type { TestClock } from '../../store/testing/databases.ts';
import { createEngine } from '../engine.ts';
import type { Engine, EngineDeps, Outcome, RequestContext } from '../engine-types.ts';

const KEY = `test:${Buffer.alloc(32, 7).toString('base64')}`;

const BASE_URL = 'https://portal.example';

const PASSWORD = 'correct horse battery';

/** Cheap hashes: what these tests decide is what is hashed, not how dearly. */
export function cheapHasher(): PasswordHasher {
  return createPasswordHasher({ parameters: { memory: 64, passes: 1, lanes: 1 }, queueLimit: 10_000 });
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

/** Somebody with an account; the secret and the codes are what the phone and the paper hold. */
export interface Person {
  id: string;
  organisation: string;
  username: string;
  password: string;
  factorId: string | undefined;
  secret: Uint8Array;
  recoveryCodes: string[];
}

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

  async person(
    given: Partial<Person> & { without?: 'totp' | 'password'; state?: 'disabled'; email?: string } = {},
  ): Promise<Person> {
    const { organisation = 'clinic', username = 'ada', password = PASSWORD } = given;
    const id = given.id ?? newId(systemRandom);
    const stored = given.without === 'password' ? null : await this.hasher.hash(password);
    await this.database.write((tx) =>
      insertAccount(tx, {
        id,
        organisation_id: organisation,
        username,
        username_key: username.includes('@') ? emailKey(username) : usernameKey(username),
        name: null,
        email: given.email ?? null,
        password_hash: stored?.hash ?? null,
        password_scheme: stored?.scheme ?? null,
        password_changed_at: null,
        state: given.state ?? 'active',
        remember_for: null,
        created_at: this.clock(),
      }),
    );
    const person = { id, organisation, username, password, secret: newTotpSecret(systemRandom), recoveryCodes: [] };
    const factorId = given.without ? undefined : await this.factor(person);
    return { ...person, factorId };
  }

  async factor(person: Pick<Person, 'id' | 'organisation' | 'secret'>): Promise<string> {
    const owner = { id: newId(systemRandom), account_id: person.id, organisation_id: person.organisation };
    const sealed = sealTotp(person.secret, owner, this.keyring);
    const rest = { last_step: -1, created_at: this.clock(), last_used_at: null, ended_at: null };
    await this.database.write((tx) =>
      insertFactor(tx, { ...owner, method: 'totp', name: 'Phone', ...sealed, state: 'active', ...rest }),
    );
    return owner.id;
  }

  async giveRecoveryCodes(person: Person): Promise<string[]> {
    const made = await newRecoveryCodes({ random: systemRandom, accountId: person.id, hasher: this.hasher });
    const codes = made.hashes.map((hash) => ({ id: newId(systemRandom), hash }));
    const owner = { accountId: person.id, organisationId: person.organisation, now: this.clock() };
    await this.database.write((tx) =>
      replaceRecoveryCodes(tx, { ...owner, setId: newId(systemRandom), salt: made.salt, codes }),
    );
    person.recoveryCodes = made.codes;
    return made.codes;
  }

  /** What the help desk says on the phone; the one before it is void. */
  async giveDeskCode(person: Pick<Person, 'id' | 'organisation'>, hours = 1): Promise<string> {
    const who = { actor: { role: 'administrator', name: 'desk' }, reason: 'lost the phone, known by voice' } as const;
    const { organisation, id: account } = person;
    return (await this.admin.issueCode({ ...who, organisation, account, hours })).code;
  }

  /** Mails an invitation, as the help desk does. */
  async invite({ id: account, organisation }: Pick<Person, 'id' | 'organisation'>): Promise<void> {
    const actor = { role: 'administrator', name: 'desk' } as const;
    await this.admin.invite({ actor, reason: 'a new colleague', organisation, account });
  }

  /** What the person's authenticator shows, by a clock that is off by that many ms. */
  code({ secret }: Pick<Person, 'secret'>, off = 0): string {
    return totpCode(secret, stepOf(this.clock() + off));
  }

  /** A code that no step near now has. */
  wrongCode({ secret }: Pick<Person, 'secret'>): string {
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
  async password({ organisation, username, password }: Person, typed = password): Promise<Outcome> {
    return await this.start('login', [
      { step: 'organisation', organisation },
      { step: 'username', username },
      { step: 'password', password: typed },
    ]);
  }

  /** A login up to the set-up that it makes due, with the offer accepted. */
  async accept(person: Person): Promise<Outcome> {
    await this.password(person);
    return await this.submit({ step: 'enroll-offer', action: 'accept' });
  }

  async code(code: string, remember?: boolean): Promise<Outcome> {
    return await this.submit({ step: 'totp', code, ...(remember === undefined ? {} : { remember }) });
  }

  /** A whole login with the authenticator, once the code of the present step is fresh. */
  async login(person: Person, remember?: boolean): Promise<Outcome> {
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
