import assert from 'node:assert/strict';
import type { Admin } from '../../admin/admin.ts';
import { AdminError } from '../../admin/request/admin-error.ts';
import { StoreUnavailableError } from '../../store/database.ts';
import type { Door } from './instances/http-door.ts';
import type { Instance } from './instances/instance.ts';
import type { Ledger } from './ledger/ledger.ts';
import { isOther } from './ledger/origins.ts';
import type { Given, SentInput } from './ledger/records.ts';
import type { Call, Cookies, Reply } from './ledger/wire.ts';
import type { Place, Tabs } from './place.ts';
import type { Statistics } from './statistics.ts';

/** Sends the requests of a walk to two instances of the server, which may be killed meanwhile. */
export class Sender {
  /** The environment of the walk. */
  readonly place: Place;
  /** The ledger that judges the answers. */
  readonly ledger: Ledger;
  /** The calls and their answers, as text that explains a failure. */
  readonly trace: string[] = [];
  /** The index of the instance that the next requests go to; undefined: they alternate. */
  pinned: number | undefined;
  private turn = 0;
  /** The number of requests and verbs sent so far. */
  private sent = 0;
  /** The number of requests without an answer yet. */
  private underWay = 0;

  constructor(place: Place, ledger: Ledger) {
    this.place = place;
    this.ledger = ledger;
  }

  /** ms since the epoch, by the clock of the instances. */
  now = (): number => this.place.clock();

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
    // A page on another origin has no cookies. Some are sent anyway: the server must ignore them.
    const cookies = isOther(call.origin) ? {} : { ...browser.cookies };
    const before = this.sent + 1;
    this.sent = before;
    const beside = this.underWay > 0;
    this.underWay += 1;
    place.statistics.steps += 1;
    const sent = this.now();
    this.ledger.counts.underWay = this.underWay - 1;
    const reply = await (place.doors[index] as Door)({
      ...call,
      cookies: { ...browser.cookies },
      address: browser.address,
    });
    this.recordCall(browser, index, call, reply);
    recordRoute(call, reply, place.statistics);
    this.underWay -= 1;
    this.ledger.counts.underWay = this.underWay;
    assert.ok(reply.status < 500 || reply.status === 503, `${call.method} ${call.path} was answered ${reply.status}`);
    if (call.method !== 'GET') this.ledger.met(cookies.session, this.now());
    const disturbed = beside || this.sent !== before;
    const given = { sent, now: this.now(), cookies, origin: call.origin, disturbed, lost: false };
    if (isOther(call.origin)) assert.deepEqual(reply.set, {}, 'a page on another origin got a cookie (R75)');
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
}

/** The routes whose answers are counted: those of phones and of clients. */
const COUNTED = /^\/(push|clients|account\/installations)/;

/** Counts whether a request of a phone or a client was carried out. */
function recordRoute({ method, path }: Omit<Call, 'cookies' | 'address'>, { status }: Reply, to: Statistics): void {
  if (!COUNTED.test(path)) return;
  const [where = ''] = path.replace(/[\w-]{22,}/, ':id').split('?');
  const named = where.replace(/^\/clients\/[^/]+/, '/clients/:id');
  to.record(status < 300 ? 'routes carried out' : 'routes refused', `${method} ${named}`);
}

function keepCookies(browser: Tabs, { set }: Reply, statistics: Statistics): void {
  if (set.session) statistics.sessions += 1;
  for (const [name, value] of Object.entries(set) as [keyof Cookies, string | null][]) {
    if (name === 'device' && browser.cookies.device !== undefined) browser.oldDevices.push(browser.cookies.device);
    if (value === null) delete browser.cookies[name];
    else browser.cookies[name] = value;
  }
}
