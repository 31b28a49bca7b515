import assert from 'node:assert/strict';
import { kinds, steps as protocolSteps } from '@tweestap/protocol';
import type { Admin } from '../../admin/admin.ts';
import { AdminError } from '../../admin/request/admin-error.ts';
import { idleSince } from '../../sessions/sessions.ts';
import { type Database, StoreUnavailableError } from '../../store/database.ts';
import type { TestClock } from '../../store/testing/databases.ts';
import { expire } from '../../store/upkeep/expire.ts';
import { sweep } from '../../store/upkeep/sweep.ts';
import { answerTo } from './answers.ts';
import type { Door } from './http-door.ts';
import type { Instance } from './instance.ts';
import { began, went } from './ledger/judge.ts';
import { judgeUse } from './ledger/judge-use.ts';
import { Ledger } from './ledger/ledger.ts';
import type { FlowRecord, Given, SentInput } from './ledger/records.ts';
import type { User } from './ledger/users.ts';
import type { Call, Cookies, Reply, ShownStep } from './ledger/wire.ts';
import { loseBegin, loseSubmit } from './lost.ts';
import { Mailbox } from './mailbox.ts';
import { operator, settle } from './settle.ts';
import type { Statistics } from './statistics.ts';

/** A browser: it keeps cookies and the flows of its tabs. */
export interface Tabs {
  name: string;
  address: string;
  cookies: Cookies;
  /** Device cookies that it had before. */
  oldDevices: string[];
  /** The newest flow last. */
  flows: FlowRecord[];
  /** The user that it is busy with. */
  user: User;
}

/** Where a walk takes place. */
export interface Place {
  database: Database;
  clock: TestClock;
  /** How far the clock was set, beside the time that passed. In ms. */
  time: { set: number };
  instances: readonly [Instance, Instance];
  doors: readonly [Door, Door];
  /** Whether the doors know an `Idempotency-Key`. */
  keyed: boolean;
  statistics: Statistics;
}

let walks = 0;

/** One walk: users, browsers and two instances of the server, and the ledger that judges whatever they are answered. */
export class Walk {
  readonly place: Place;
  readonly ledger: Ledger;
  readonly browsers: Tabs[];
  /** What was sent and answered: the way to a fault. */
  readonly trace: string[] = [];
  private readonly mailbox: Mailbox;
  private turn = 0;
  private counted = 0;
  /** The instance that the next request must go to. */
  pinned: number | undefined;
  /** Requests that are under way, and all that were sent. */
  private sent = 0;
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

  static async begin(place: Place): Promise<Walk> {
    walks += 1;
    for (const instance of place.instances) instance.restart();
    return new Walk(place, await settle(place.instances[0].admin, walks, place.clock()));
  }

  now = (): number => this.place.clock();
  next = (): number => {
    this.counted += 1;
    return this.counted;
  };
  user = (who: number): User => this.ledger.users[who % this.ledger.users.length] as User;
  browser = (index: number): Tabs => this.browsers[index % 4] as Tabs;
  at = ({ browser, who }: { browser: number; who: number }) => ({
    browser: this.browser(browser),
    user: this.user(who),
  });

  /** Which instance a request goes to: they take turns, unless one is pinned. */
  instance(): number {
    if (this.pinned !== undefined) return this.pinned;
    this.turn += 1;
    return this.turn % 2;
  }

  /** Sends one call, keeps the cookies that it sets, and says when and with what it was sent. */
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
    this.note(browser, index, call, reply);
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

  private note(
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

  /** A killed instance is thrown away and a new one started in its place. */
  revive(index: number): boolean {
    const instance = this.place.instances[index] as Instance;
    if (!instance.gate.dead) return false;
    this.place.statistics.note('kills', 'a process was killed');
    instance.restart();
    return true;
  }

  /** Begins a flow, with first inputs. */
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
    this.noteSteps(inputs, reply);
    if (given.lost) {
      const seen = (await this.send(browser, { method: 'GET', path: `/flows/${flow.id}`, token: flow.token })).reply;
      const stood = loseSubmit(this.ledger, { flow, inputs, step, given, seen });
      this.place.statistics.note('kills', stood ? 'after the commit' : 'before the commit');
    } else went(this.ledger, flow, inputs, reply, given);
    await this.afterwards(browser, { flow, asked: inputs, reply });
    return reply;
  }

  /** The step that a flow shows; undefined where it has ended. */
  async look(browser: Tabs, flow: FlowRecord | undefined): Promise<ShownStep | undefined> {
    if (!flow) return undefined;
    const { reply } = await this.send(browser, { method: 'GET', path: `/flows/${flow.id}`, token: flow.token });
    if (reply.status !== 200) return undefined;
    const step = reply.body.flow?.step;
    if (step) this.place.statistics.note('shown', step.type);
    // Whether a lock has cause is judged when a submission leads to it.
    if (step && step.type !== 'locked') flow.step = step.type;
    return step;
  }

  /** Answers what the newest flow of a browser asks. False where there is nothing to answer. */
  async answer(browser: Tabs, good: number): Promise<boolean> {
    const flow = browser.flows.at(-1);
    const step = await this.look(browser, flow);
    if (!flow || !step || step.type === 'done') return false;
    const user = flow.user ?? browser.user;
    const input = answerTo({ step, kind: flow.kind, user, good, now: this.now(), next: this.next });
    await this.submit(browser, flow, [input]);
    return true;
  }

  /** Goes on with right answers until there is nothing more to answer. */
  async finish(browser: Tabs, good: number): Promise<void> {
    for (let count = 0; count < 8; count += 1) {
      const type = browser.flows.at(-1)?.step;
      if ((type === 'locked' && browser.flows.at(-1)?.kind !== 'unlock') || type === 'mail-sent') return;
      if (type === 'totp' || type === 'enroll-totp') this.place.clock.advance(30_000);
      if (!(await this.answer(browser, Math.max(6, good)))) return;
    }
  }

  /** The first three inputs of a login. */
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

  /** A whole login. */
  async login(browser: Tabs, user: User, remember: boolean): Promise<void> {
    const flow = await this.password(browser, user);
    if (flow?.step !== 'totp') return;
    this.place.clock.advance(30_000);
    await this.submit(browser, flow, [{ step: 'totp', code: this.codeOf(user), remember }]);
  }

  codeOf(user: User): string {
    const good = 19;
    return String(answerTo({ step: { type: 'totp' }, kind: '', user, good, now: this.now(), next: this.next }).code);
  }

  async sweep(): Promise<void> {
    const now = this.now();
    await expire(this.place.database, { now, idleSince: idleSince(now) });
    await sweep(this.place.database, now);
    this.ledger.swept(this.now());
  }

  /** What mails came, and who an account is that was registered. */
  async afterwards(
    browser: Tabs,
    { flow, asked, reply }: { flow: FlowRecord | undefined; asked: readonly SentInput[]; reply: Reply },
  ): Promise<void> {
    const code = reply.body.problem?.code ?? (reply.status >= 400 ? reply.body.code : undefined);
    if (code !== undefined) this.place.statistics.note('refusals', code);
    if (flow?.user?.id === '') await this.meet(flow.user);
    if (reply.body.flow?.status === 'done' && reply.status < 300)
      this.place.statistics.note('ended', reply.body.flow.kind);
    if (asked.some(({ step, action }) => step === 'identify' || action === 'unlock')) await this.readMail();
    const { session } = reply.set;
    if (session) await this.useSession(browser.address, session);
  }

  async readMail(): Promise<void> {
    await this.mailbox.read(this.ledger);
  }

  /** Uses a verb of the help desk; what an instance was killed in is done again on the next. Undefined where it is refused. */
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

  private async meet(user: User): Promise<void> {
    const request = { ...operator, organisation: user.organisation.id, account: user.username };
    user.id = (await this.administer((admin) => admin.find(request)))?.id ?? '';
  }

  /** Uses a session, whatever it is worth. */
  async useSession(address: string, token: string): Promise<void> {
    const sender = { ...(this.browsers[0] as Tabs), name: 'whoever', address, cookies: { session: token } };
    const shown = await this.send(sender, { method: 'GET', path: '/session' });
    const account = await this.send(sender, { method: 'GET', path: '/account' });
    const state = judgeUse(this.ledger, token, { shown: shown.reply, account: account.reply, now: this.now() });
    if (state) this.place.statistics.note('used sessions', state);
  }

  /** Uses every session that the ledger knows of a user, the newest first. */
  async useSessionsOf(user: User): Promise<void> {
    const tokens = [...this.ledger.sessions].filter(([, record]) => record.user === user).map(([token]) => token);
    for (const token of tokens.slice(-4)) await this.useSession('192.0.2.9', token);
  }

  private noteSteps(inputs: readonly SentInput[], { status }: Reply): void {
    for (const { step, action = 'submit' } of inputs) {
      this.place.statistics.note(status === 200 ? 'accepted' : 'refused', `${step}/${action}`);
    }
  }
}

/** Steps and kinds of the wire, so that the walk goes wherever the protocol does. */
export const wire = { kinds, steps: Object.keys(protocolSteps), inputs: protocolSteps };

function keepCookies(browser: Tabs, { set }: Reply, statistics: Statistics): void {
  if (set.session) statistics.sessions += 1;
  for (const [name, value] of Object.entries(set) as [keyof Cookies, string | null][]) {
    if (name === 'device' && browser.cookies.device !== undefined) browser.oldDevices.push(browser.cookies.device);
    if (value === null) delete browser.cookies[name];
    else browser.cookies[name] = value;
  }
}
