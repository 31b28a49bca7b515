import assert from 'node:assert/strict';
import { kinds, steps as protocolSteps } from '@tweestap/protocol';
import { rotateSigningKeys } from '../../assertion/signing-keys.ts';
import { idleSince } from '../../sessions/sessions.ts';
import { expire } from '../../store/upkeep/expire.ts';
import { sweep } from '../../store/upkeep/sweep.ts';
import { verifyAssertion } from './assertions.ts';
import { keyring } from './instances/instance.ts';
import { began, went } from './ledger/judge/judge.ts';
import { judgeUse, type Page } from './ledger/judge/use.ts';
import { Ledger } from './ledger/ledger.ts';
import { seeChallenge } from './ledger/proofs/passkeys.ts';
import { seePhoneLink } from './ledger/proofs/phone-links.ts';
import { seePush } from './ledger/proofs/push.ts';
import type { BeginBody, FlowRecord, SentInput } from './ledger/records.ts';
import { judgeReturn } from './ledger/return-to.ts';
import type { User } from './ledger/users.ts';
import type { Reply, ShownStep } from './ledger/wire.ts';
import { loseBegin, loseSubmit } from './lost.ts';
import { Mailbox } from './mailbox.ts';
import { answerTo } from './moves/answers.ts';
import { answerRequest, linkInFlow } from './phones.ts';
import type { Carrier, Place, Tabs } from './place.ts';
import { Sender } from './sender.ts';
import { operator, settle } from './settle/settle.ts';
import { settleTable } from './settle/settle-table.ts';

let walks = 0;

/** A request to a flow that was answered. */
interface Ended {
  flow: FlowRecord | undefined;
  /** The inputs that were sent. */
  asked: readonly SentInput[];
  reply: Reply;
  /** Whether another request ran at the same time. */
  disturbed: boolean;
}

/** One walk: users, browsers, two instances of the server, and the ledger that judges every answer. */
export class Walk extends Sender implements Carrier {
  /** Four browsers. */
  readonly browsers: Tabs[];
  private readonly mailbox: Mailbox;
  private counted = 0;

  private constructor(place: Place, users: User[]) {
    super(place, new Ledger(users, (what) => place.statistics.record('proven', what)));
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
    const { table, clock } = place;
    const users = table ? await settleTable(place.instances[0].admin, walks, clock()) : await settle(place, walks);
    const walk = new Walk(place, users);
    if (table) table.ledger = walk.ledger;
    return walk;
  }

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

  /** Begins a flow with its first inputs. Returns undefined when the server refused it or its answer was lost. */
  async begin(
    browser: Tabs,
    kind: string,
    inputs: SentInput[] = [],
    { origin, ...more }: Omit<BeginBody, 'kind' | 'inputs'> & { origin?: string | undefined } = {},
  ): Promise<FlowRecord | undefined> {
    const body = { kind, ...(inputs.length > 0 ? { inputs } : {}), ...more };
    const { reply, given } = await this.send(browser, { method: 'POST', path: '/flows', body, origin });
    if (given.lost) loseBegin(this.ledger, body, given);
    else began(this.ledger, body, reply, given);
    const id = reply.body.flow?.id;
    const flow = given.lost || id === undefined ? undefined : this.ledger.flows.get(id);
    if (flow) {
      browser.flows.push(flow);
      if (browser.flows.length > 4) browser.flows.shift();
    }
    await this.afterwards(browser, { flow, asked: inputs, reply, disturbed: given.disturbed });
    return flow;
  }

  /** Sends inputs to a flow. */
  async submit(browser: Tabs, flow: FlowRecord, inputs: SentInput[], key?: string): Promise<Reply> {
    const { token, portal: origin } = flow;
    const call = { method: 'POST', path: `/flows/${flow.id}`, body: { inputs }, token, key, origin };
    const step = flow.step;
    const { reply, given } = await this.send(browser, call);
    this.recordSteps(inputs, reply);
    if (given.lost) {
      const seen = (await this.send(browser, { method: 'GET', path: `/flows/${flow.id}`, token, origin })).reply;
      const isCommitted = loseSubmit(this.ledger, { flow, inputs, step, given, seen });
      this.place.statistics.record('kills', isCommitted ? 'after the commit' : 'before the commit');
    } else went(this.ledger, flow, inputs, reply, given);
    await this.afterwards(browser, { flow, asked: inputs, reply, disturbed: given.disturbed });
    return reply;
  }

  /** Reads the step that a flow shows; undefined if the flow has ended. */
  async look(browser: Tabs, flow: FlowRecord | undefined): Promise<ShownStep | undefined> {
    if (!flow) return undefined;
    const { token, portal: origin } = flow;
    const { reply } = await this.send(browser, { method: 'GET', path: `/flows/${flow.id}`, token, origin });
    if (reply.status !== 200) return undefined;
    const step = reply.body.flow?.step;
    if (step) {
      assert.equal(step.assertion, undefined, 'an assertion was given again (R68)');
      this.place.statistics.record('shown', step.type);
      judgeReturn(this.ledger, flow, step);
      seeChallenge(flow, step);
      seePush(this.ledger, flow, step, this.now());
      seePhoneLink(this.ledger, flow, step, this.now());
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
    if (step.type === 'enroll-push') {
      await this.submit(browser, flow, [await linkInFlow(this, browser, { flow, step, good })]);
      return true;
    }
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
    more: { nonce?: string; origin?: string; returnTo?: string } = {},
  ): Promise<FlowRecord | undefined> {
    browser.user = user;
    const inputs = [
      { step: 'organisation', organisation: user.organisation.id },
      { step: 'username', username: user.username },
      { step: 'password', password },
    ];
    return await this.begin(browser, 'login', inputs, more);
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
    await rotateSigningKeys({ database: this.place.database, keyring }, now);
    this.ledger.swept(this.now());
  }

  /** Processes the results of an answer: counts, mails, the id of a registered account, and a new session. */
  async afterwards(browser: Tabs, { flow, asked, reply, disturbed }: Ended): Promise<void> {
    const code = reply.body.problem?.code ?? (reply.status >= 400 ? reply.body.code : undefined);
    if (code !== undefined) this.place.statistics.record('refusals', code);
    if (flow?.user?.id === '') await this.findId(flow.user);
    if (reply.body.flow?.status === 'done' && reply.status < 300)
      this.place.statistics.record('ended', reply.body.flow.kind);
    if (asked.some(({ step, action }) => step === 'identify' || action === 'unlock')) await this.readMail();
    if (flow?.user?.organisation.sms || flow?.user?.organisation.emailCodes) await this.mailbox.readCodes(this.ledger);
    const assertion = reply.body.flow?.step.assertion;
    if (assertion !== undefined) await verifyAssertion(this, browser, { token: String(assertion), disturbed });
    const { session } = reply.set;
    if (session) await this.useSession(browser.address, session);
  }

  /** Reports the links and codes in new mails and text messages to the ledger. */
  async readMail(): Promise<void> {
    await this.mailbox.read(this.ledger);
    await this.mailbox.readCodes(this.ledger);
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
    const portal = this.ledger.sessions.get(token)?.client === undefined ? [] : await this.usePages(sender);
    const verdict = judgeUse(this.ledger, token, {
      shown: shown.reply,
      account: account.reply,
      portal,
      now: this.now(),
    });
    const record = this.ledger.sessions.get(token);
    if (record && portal.some(({ status }) => status === 200)) record.seen = this.now();
    this.place.statistics.record('used sessions', verdict === 'busy' && hasFault ? 'busy during a fault' : verdict);
  }

  /** Opens pages of the portal with the session of a client: for every user, of the kiosk, of the app, and of the partner. */
  private async usePages(sender: Tabs): Promise<Page[]> {
    const pages: Page[] = [];
    for (const client of [undefined, 'kiosk', 'pocket', 'partner']) {
      const path = client === undefined ? '/page' : `/page/${client}`;
      const { reply } = await this.send(sender, { method: 'GET', path });
      pages.push({ client, status: reply.status });
      if (reply.status === 403) this.place.statistics.record('proven', 'a portal refused a client');
    }
    return pages;
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
