import assert from 'node:assert/strict';
import { kinds, steps as protocolSteps } from '@tweestap/protocol';
import type { Admin } from '../../admin/admin.ts';
import { AdminError } from '../../admin/request/admin-error.ts';
import { givePasskey } from '../../factors/passkey/testing/give-passkey.ts';
import { givePhone } from '../../push/testing/give-phone.ts';
import { idleSince } from '../../sessions/sessions.ts';
import { type Database, StoreUnavailableError } from '../../store/database.ts';
import type { TestClock } from '../../store/testing/databases.ts';
import { expire } from '../../store/upkeep/expire.ts';
import { sweep } from '../../store/upkeep/sweep.ts';
import { answerTo } from './answers.ts';
import type { Door } from './http-door.ts';
import { type Instance, keyring } from './instance.ts';
import { keep, ORIGIN } from './keys.ts';
import { began, went } from './ledger/judge.ts';
import { seeChallenge } from './ledger/judge-passkeys.ts';
import { seePush } from './ledger/judge-push.ts';
import { judgeUse } from './ledger/judge-use.ts';
import { Ledger } from './ledger/ledger.ts';
import type { FlowRecord, Given, SentInput } from './ledger/records.ts';
import type { User } from './ledger/users.ts';
import type { Call, Cookies, Reply, ShownStep } from './ledger/wire.ts';
import { loseBegin, loseSubmit } from './lost.ts';
import { Mailbox } from './mailbox.ts';
import { answerRequest, keepPhone } from './phones.ts';
import { operator, settle } from './settle.ts';
import type { Statistics } from './statistics.ts';

/** A browser with its cookies and the flows of its tabs. */
export interface Tabs {
  /** The name of the browser in the trace. */
  name: string;
  /** The IP address that its requests come from. */
  address: string;
  /** Its cookies, by name. */
  cookies: Cookies;
  /** Device cookies that it had before. */
  oldDevices: string[];
  /** Its last four flows, the newest last. */
  flows: FlowRecord[];
  /** The user of the browser. */
  user: User;
}

/** The environment of a walk. */
export interface Place {
  /** The database that both instances use. */
  database: Database;
  /** The clock of both instances. */
  clock: TestClock;
  /** `set`: by how many ms the clock was set, apart from the time that passed. */
  time: { set: number };
  /** The two instances of the server. */
  instances: readonly [Instance, Instance];
  /** The doors of the instances, in the same order. */
  doors: readonly [Door, Door];
  /** Whether the doors support an `Idempotency-Key`. */
  keyed: boolean;
  /** The counts of all walks on this database. */
  statistics: Statistics;
}

let walks = 0;

/** Gives the users of organisations with passkeys one that verifies its user. */
async function addPasskeys(database: Database, clock: TestClock, users: readonly User[]): Promise<void> {
  for (const user of users.filter(({ organisation }) => organisation.passkeys)) {
    const owner = { id: user.id, organisation: user.organisation.id, username: user.username };
    const key = keep(await givePasskey({ database, keyring, clock }, owner, { origin: ORIGIN }));
    user.passkeys.push({ name: 'Passkey', credentialId: key.credentialId });
  }
}

/** Gives the users of organisations with phones one that approves logins. */
async function addPhones(database: Database, clock: TestClock, users: readonly User[]): Promise<void> {
  for (const user of users.filter(({ organisation }) => organisation.phones)) {
    const owner = { id: user.id, organisation: user.organisation.id };
    const { phone, id } = await givePhone({ database, keyring, clock }, owner);
    keepPhone(id, phone);
    user.phones.push({ name: 'Phone', id });
  }
}

/** One walk: users, browsers, two instances of the server, and the ledger that judges every answer. */
export class Walk {
  /** The environment of the walk. */
  readonly place: Place;
  /** The ledger that judges the answers. */
  readonly ledger: Ledger;
  /** Four browsers. */
  readonly browsers: Tabs[];
  /** The calls and their answers, as text that explains a failure. */
  readonly trace: string[] = [];
  private readonly mailbox: Mailbox;
  private turn = 0;
  private counted = 0;
  /** The index of the instance that the next requests go to; undefined: they alternate. */
  pinned: number | undefined;
  /** The number of requests and verbs sent so far. */
  private sent = 0;
  /** The number of requests without an answer yet. */
  private underWay = 0;

  private constructor(place: Place, users: User[]) {
    this.place = place;
    this.ledger = new Ledger(users);
    this.mailbox = new Mailbox(place.database);
    this.browsers = [0, 1, 2, 3].map((index) => ({
      name: `browser ${index}`,
      address: `192.0.2.${index + 1}`,
      cookies: {},
      oldDevices: [],
      flows: [],
      user: users[0] as User,
    }));
  }

  /** Begins a walk with new organisations and users, on restarted instances. */
  static async begin(place: Place): Promise<Walk> {
    walks += 1;
    for (const instance of place.instances) instance.restart();
    const users = await settle(place.instances[0].admin, walks, place.clock());
    await addPasskeys(place.database, place.clock, users);
    await addPhones(place.database, place.clock, users);
    return new Walk(place, users);
  }

  /** ms since the epoch, by the clock of the instances. */
  now = (): number => this.place.clock();
  /** A number that this walk has not used yet. */
  next = (): number => {
    this.counted += 1;
    return this.counted;
  };
  /** One of the users, by any number. */
  user = (who: number): User => this.ledger.users[who % this.ledger.users.length] as User;
  /** One of the browsers, by any number. */
  browser = (index: number): Tabs => this.browsers[index % 4] as Tabs;
  /** The user, or another one who has a passkey. */
  passkeyUser = (user: User): User =>
    user.passkeys.length > 0 ? user : (this.ledger.users.find(({ passkeys }) => passkeys.length > 0) ?? user);
  /** The user, or another one who has a phone. */
  phoneUser = (user: User): User =>
    user.phones.length > 0 ? user : (this.ledger.users.find(({ phones }) => phones.length > 0) ?? user);
  /** The browser and the user of a move. */
  at = ({ browser, who }: { browser: number; who: number }) => ({
    browser: this.browser(browser),
    user: this.user(who),
  });

  /** The index of the instance for the next request: they alternate, unless one is pinned. */
  instance(): number {
    if (this.pinned !== undefined) return this.pinned;
    this.turn += 1;
    return this.turn % 2;
  }

  /** Sends one call and keeps the cookies that it sets. Returns the answer, and the times and cookies of the call. */
  async send(browser: Tabs, call: Omit<Call, 'cookies' | 'address'>): Promise<{ reply: Reply; given: Given }> {
    const { place } = this;
    const index = this.instance();
    const cookies = { ...browser.cookies };
    const before = this.sent + 1;
    this.sent = before;
    const beside = this.underWay > 0;
    this.underWay += 1;
    place.statistics.steps += 1;
    const sent = this.now();
    this.ledger.counts.underWay = this.underWay - 1;
    const reply = await (place.doors[index] as Door)({ ...call, cookies, address: browser.address });
    this.recordCall(browser, index, call, reply);
    this.underWay -= 1;
    this.ledger.counts.underWay = this.underWay;
    assert.ok(reply.status < 500 || reply.status === 503, `${call.method} ${call.path} was answered ${reply.status}`);
    if (call.method !== 'GET') this.ledger.met(cookies.session, this.now());
    const disturbed = beside || this.sent !== before;
    const given = { sent, now: this.now(), cookies, disturbed, lost: false };
    const lost = this.revive(index);
    if (!lost) keepCookies(browser, reply, this.place.statistics);
    return { reply, given: { ...given, lost, disturbed: disturbed || lost } };
  }

  private recordCall(
    { name }: Tabs,
    index: number,
    { method, path, body }: Omit<Call, 'cookies' | 'address'>,
    reply: Reply,
  ): void {
    const { inputs, kind } = (body ?? {}) as { inputs?: SentInput[]; kind?: string };
    const sent =
      inputs?.map(({ step, action = 'submit', username = '' }) => `${step}/${action} ${username}`).join(' ') ?? '';
    const { flow, code, problem } = reply.body;
    const { set } = reply;
    const answered = [reply.status, problem?.code ?? code, flow?.kind, flow?.step.type, ...Object.keys(set)].filter(
      Boolean,
    );
    const time = new Date(this.now()).toISOString().slice(5, 19);
    this.trace.push(
      `${time} ${name} → ${index}: ${method} ${path.slice(0, 30)} ${kind ?? ''} ${sent} → ${answered.join(' ')}`,
    );
  }

  /** Restarts an instance if it was killed. Returns whether it was. */
  revive(index: number): boolean {
    const instance = this.place.instances[index] as Instance;
    if (!instance.gate.dead) return false;
    this.place.statistics.record('kills', 'a process was killed');
    instance.restart();
    return true;
  }

  /** Begins a flow with its first inputs. Returns undefined when the server refused it or its answer was lost. */
  async begin(browser: Tabs, kind: string, inputs: SentInput[] = [], link?: string): Promise<FlowRecord | undefined> {
    const body = { kind, ...(inputs.length > 0 ? { inputs } : {}), ...(link === undefined ? {} : { link }) };
    const { reply, given } = await this.send(browser, { method: 'POST', path: '/flows', body });
    if (given.lost) loseBegin(this.ledger, inputs, given);
    else began(this.ledger, body, reply, given);
    const id = reply.body.flow?.id;
    const flow = given.lost || id === undefined ? undefined : this.ledger.flows.get(id);
    if (flow) {
      browser.flows.push(flow);
      if (browser.flows.length > 4) browser.flows.shift();
    }
    await this.afterwards(browser, { flow, asked: inputs, reply });
    return flow;
  }

  /** Sends inputs to a flow. */
  async submit(browser: Tabs, flow: FlowRecord, inputs: SentInput[], key?: string): Promise<Reply> {
    const call = { method: 'POST', path: `/flows/${flow.id}`, body: { inputs }, token: flow.token, key };
    const step = flow.step;
    const { reply, given } = await this.send(browser, call);
    this.recordSteps(inputs, reply);
    if (given.lost) {
      const seen = (await this.send(browser, { method: 'GET', path: `/flows/${flow.id}`, token: flow.token })).reply;
      const isCommitted = loseSubmit(this.ledger, { flow, inputs, step, given, seen });
      this.place.statistics.record('kills', isCommitted ? 'after the commit' : 'before the commit');
    } else went(this.ledger, flow, inputs, reply, given);
    await this.afterwards(browser, { flow, asked: inputs, reply });
    return reply;
  }

  /** Reads the step that a flow shows; undefined if the flow has ended. */
  async look(browser: Tabs, flow: FlowRecord | undefined): Promise<ShownStep | undefined> {
    if (!flow) return undefined;
    const { reply } = await this.send(browser, { method: 'GET', path: `/flows/${flow.id}`, token: flow.token });
    if (reply.status !== 200) return undefined;
    const step = reply.body.flow?.step;
    if (step) {
      this.place.statistics.record('shown', step.type);
      seeChallenge(flow, step);
      seePush(flow, step);
    }
    // Whether a lock is justified is judged at the submission that led to it.
    if (step && step.type !== 'locked') flow.step = step.type;
    return step;
  }

  /** Sends the input for the present step of a browser's newest flow. Returns false if no step is open. */
  async answer(browser: Tabs, good: number): Promise<boolean> {
    const flow = browser.flows.at(-1);
    const step = await this.look(browser, flow);
    if (!flow || !step || step.type === 'done') return false;
    const user = flow.user ?? browser.user;
    // The user looks at the phone before the screen goes on.
    if (step.type === 'push' && good !== 5) await answerRequest(this, browser, user, good);
    const input = answerTo({ step, kind: flow.kind, user, good, now: this.now(), next: this.next });
    await this.submit(browser, flow, [input]);
    return true;
  }

  /** Sends correct inputs until no step is open, at most eight. */
  async finish(browser: Tabs, good: number): Promise<void> {
    for (let count = 0; count < 8; count += 1) {
      const type = browser.flows.at(-1)?.step;
      if ((type === 'locked' && browser.flows.at(-1)?.kind !== 'unlock') || type === 'mail-sent') return;
      if (['totp', 'enroll-totp', 'sms', 'enroll-sms'].includes(type ?? '')) this.place.clock.advance(30_000);
      if (!(await this.answer(browser, Math.max(6, good)))) return;
    }
  }

  /** Begins a login with its first three inputs: organisation, username and password. */
  async password(
    browser: Tabs,
    user: User,
    password = user.password ?? 'there is none',
  ): Promise<FlowRecord | undefined> {
    browser.user = user;
    return await this.begin(browser, 'login', [
      { step: 'organisation', organisation: user.organisation.id },
      { step: 'username', username: user.username },
      { step: 'password', password },
    ]);
  }

  /** Logs in with password and code, and remembers the device if `remember` is set. */
  async login(browser: Tabs, user: User, remember: boolean): Promise<void> {
    const flow = await this.password(browser, user);
    if (flow?.step === 'push') {
      await answerRequest(this, browser, user, 19);
      await this.submit(browser, flow, [{ step: 'push', action: 'poll', remember }]);
      return;
    }
    if (flow?.step === 'sms') return await this.finish(browser, 19);
    if (flow?.step !== 'totp') return;
    this.place.clock.advance(30_000);
    await this.submit(browser, flow, [{ step: 'totp', code: this.codeOf(user), remember }]);
    // The offer of a passkey is declined, accepted, or answered by the browser itself.
    if ((flow.step as string) === 'enroll-offer') await this.finish(browser, [6, 12, 16][this.next() % 3] ?? 6);
  }

  /** The present code of the user's newest authenticator. */
  codeOf(user: User): string {
    const good = 19;
    return String(answerTo({ step: { type: 'totp' }, kind: '', user, good, now: this.now(), next: this.next }).code);
  }

  /** Runs the sweeper. */
  async sweep(): Promise<void> {
    const now = this.now();
    await expire(this.place.database, { now, idleSince: idleSince(now) });
    await sweep(this.place.database, now);
    this.ledger.swept(this.now());
  }

  /** Processes the results of an answer: counts, mails, the id of a registered account, and a new session. */
  async afterwards(
    browser: Tabs,
    { flow, asked, reply }: { flow: FlowRecord | undefined; asked: readonly SentInput[]; reply: Reply },
  ): Promise<void> {
    const code = reply.body.problem?.code ?? (reply.status >= 400 ? reply.body.code : undefined);
    if (code !== undefined) this.place.statistics.record('refusals', code);
    if (flow?.user?.id === '') await this.findId(flow.user);
    if (reply.body.flow?.status === 'done' && reply.status < 300)
      this.place.statistics.record('ended', reply.body.flow.kind);
    if (asked.some(({ step, action }) => step === 'identify' || action === 'unlock')) await this.readMail();
    if (flow?.user?.organisation.sms) await this.mailbox.readTexts(this.ledger);
    const { session } = reply.set;
    if (session) await this.useSession(browser.address, session);
  }

  /** Reports the links in new mails to the ledger. */
  async readMail(): Promise<void> {
    await this.mailbox.read(this.ledger);
  }

  /** Runs an administration verb, and repeats it if its instance is killed. Returns undefined if the verb is refused. */
  async administer<T>(work: (admin: Admin) => Promise<T>): Promise<T | undefined> {
    const index = this.instance();
    this.sent += 1;
    this.trace.push(`help desk → ${index}`);
    this.place.statistics.steps += 1;
    for (;;) {
      try {
        return await work((this.place.instances[index] as Instance).admin);
      } catch (error) {
        if (error instanceof AdminError) return undefined;
        if (!(error instanceof StoreUnavailableError && this.revive(index))) throw error;
      }
    }
  }

  /** Looks up the id of an account that was registered. */
  private async findId(user: User): Promise<void> {
    const request = { ...operator, organisation: user.organisation.id, account: user.username };
    user.id = (await this.administer((admin) => admin.find(request)))?.id ?? '';
  }

  /** Uses a session, live or not, and judges the answers. */
  async useSession(address: string, token: string): Promise<void> {
    const sender = { ...(this.browsers[0] as Tabs), name: 'session', address, cookies: { session: token } };
    const shown = await this.send(sender, { method: 'GET', path: '/session' });
    const account = await this.send(sender, { method: 'GET', path: '/account' });
    const hasFault =
      shown.given.lost || account.given.lost || this.place.instances.some((instance) => instance.gate.hasFault);
    const verdict = judgeUse(this.ledger, token, { shown: shown.reply, account: account.reply, now: this.now() });
    this.place.statistics.record('used sessions', verdict === 'busy' && hasFault ? 'busy during a fault' : verdict);
  }

  /** Uses the last four sessions that the ledger knows of a user. */
  async useSessionsOf(user: User): Promise<void> {
    const tokens = [...this.ledger.sessions].filter(([, record]) => record.user === user).map(([token]) => token);
    for (const token of tokens.slice(-4)) await this.useSession('192.0.2.9', token);
  }

  private recordSteps(inputs: readonly SentInput[], { status }: Reply): void {
    for (const { step, action = 'submit' } of inputs) {
      this.place.statistics.record(status === 200 ? 'accepted' : 'refused', `${step}/${action}`);
    }
  }
}

/** All steps and kinds of the protocol, from which the walk chooses. */
export const wire = { kinds, steps: Object.keys(protocolSteps), inputs: protocolSteps };

function keepCookies(browser: Tabs, { set }: Reply, statistics: Statistics): void {
  if (set.session) statistics.sessions += 1;
  for (const [name, value] of Object.entries(set) as [keyof Cookies, string | null][]) {
    if (name === 'device' && browser.cookies.device !== undefined) browser.oldDevices.push(browser.cookies.device);
    if (value === null) delete browser.cookies[name];
    else browser.cookies[name] = value;
  }
}
