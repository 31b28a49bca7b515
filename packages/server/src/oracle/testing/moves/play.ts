import type { AdminVerb } from '../../../admin/request/roles.ts';
import type { SentInput } from '../ledger/records.ts';
import type { User } from '../ledger/users.ts';
import type { Tabs } from '../place.ts';
import { routeMoves } from '../routes/routes.ts';
import { type Walk, wire } from '../walk.ts';
import { codeOf } from './answers.ts';
import { approveBy, unlockBy } from './approvals.ts';
import { assertBy } from './assertions.ts';
import { copies, guess, steal, thief, twice } from './attacks.ts';
import { clientBy } from './clients.ts';
import { setClock } from './clock.ts';
import { expire } from './expire.ts';
import { arrive, handOverBy } from './hand-overs.ts';
import { linkBy } from './links.ts';
import { mail } from './mails.ts';
import { meanwhile } from './meanwhile.ts';
import { methodBy } from './methods.ts';
import { type Move, type Of, pick, type Request } from './moves.ts';
import { changePolicy } from './policies.ts';
import { enter, portalBy } from './portals.ts';
import { getReady, lastRequests } from './ready.ts';
import { tableBy } from './tables.ts';
import { verbMoves } from './verbs.ts';

type Players = { readonly [D in Move['do']]: (walk: Walk, move: Of<D>) => Promise<unknown> };

const players: Players = {
  begin: async (walk, move) => await begin(walk, walk.at(move), pick(wire.kinds, move.kind)),
  password: async (walk, move) => {
    const { browser, user } = walk.at(move);
    await walk.password(browser, user);
  },
  answer: async (walk, { browser, good }) => await walk.answer(walk.browser(browser), good),
  finish: async (walk, { browser, good }) => await walk.finish(walk.browser(browser), good),
  login: async (walk, move) => {
    const { browser, user } = walk.at(move);
    await walk.login(browser, user, move.remember);
  },
  passkey: async (walk, move) => {
    const { browser, user } = walk.at(move);
    const own = walk.passkeyUser(user);
    browser.user = own;
    const { id: organisation } = own.organisation;
    // With an even number the passkey is the whole login, otherwise it follows the password.
    if (move.good % 2 === 1) await walk.password(browser, own);
    else if (await walk.begin(browser, 'login', [{ step: 'organisation', organisation }]))
      await walk.answer(browser, 19);
    await walk.finish(browser, move.good);
  },
  raw,
  route: async (walk, { route, browser, who }) => await visit(walk, walk.browser(browser), route, who),
  verb: async (walk, { verb, who }) => {
    const names = Object.keys(verbMoves) as AdminVerb[];
    for (const [at, index] of [verb, verb + 6, verb + 12, verb + 18].entries()) {
      await verbMoves[pick(names, index)](walk, walk.user(who + 5 * at), verb);
    }
  },
  policy: async (walk, { change, who }) => await changePolicy(walk, walk.user(who), change),
  wait: async (walk, { ms }) => walk.place.clock.advance(ms),
  clock: async (walk, { ms }) => await setClock(walk, ms),
  own,
  mail,
  desk,
  copies,
  guess,
  twice,
  steal,
  expire,
  thief,
  approve: approveBy,
  link: linkBy,
  unlock: unlockBy,
  client: clientBy,
  arrive,
  'hand-over': handOverBy,
  assertion: assertBy,
  enter,
  'second-step': portalBy,
  table: tableBy,
  method: methodBy,
  sweep: async (walk) => await walk.sweep(),
  restart: async (walk) => {
    for (const instance of walk.place.instances) instance.restart();
  },
  between,
  kill,
};

/** Plays one move. */
export async function play(walk: Walk, move: Move): Promise<void> {
  walk.place.statistics.record('moves', move.do);
  walk.trace.push(`— ${JSON.stringify(move)}`);
  await (players[move.do] as (walk: Walk, move: Move) => Promise<unknown>)(walk, move);
}

async function begin(walk: Walk, { browser, user }: { browser: Tabs; user: User }, kind: string): Promise<void> {
  browser.user = user;
  const isLinked = ['activate', 'reset', 'unlock', 'register'].includes(kind);
  const links = [...walk.ledger.links].filter(([, link]) => link.user === user || (!link.user && link.kind === kind));
  await walk.begin(browser, kind, [], { link: isLinked ? links.at(-1)?.[0] : undefined });
}

/** Sends any input at any step, mostly out of order or malformed. */
async function raw(walk: Walk, move: Of<'raw'>): Promise<void> {
  const { browser, user } = walk.at(move);
  const flow = browser.flows.at(-1);
  if (!flow) return;
  const step = pick(wire.steps, move.step) as keyof typeof wire.inputs;
  const action = pick([...Object.keys(wire.inputs[step].inputs), 'submit'], move.action);
  const code = codeOf(user, 19, walk.now());
  const given: Record<string, object> = {
    organisation: { organisation: user.organisation.id },
    username: { username: user.username },
    password: { password: user.password ?? 'there is none' },
    'confirm-password': { password: user.password ?? 'there is none' },
    'choose-method': { method: 'totp' },
    totp: { code },
    'recovery-code': { code: [...user.codes][0] ?? 'AAAA-BBBB-CCCC' },
    'enroll-method': { method: 'totp' },
    'enroll-totp': { code, name: `phone ${walk.next()}` },
    identify: { username: user.username, email: user.email },
    'new-password': { password: `a chosen sentence of number ${walk.next()}` },
  };
  const extra: Record<string, object> = {
    back: { to: pick(wire.steps, move.action + move.who) },
    switch: { method: pick(['totp', 'passkey', 'recovery-code'], move.step) },
    unlock: { way: 'mail' },
    submit: given[step] ?? {},
  };
  const input: SentInput = { step, ...(action === 'submit' ? {} : { action }), ...(extra[action] ?? {}) };
  await walk.submit(browser, flow, [input]);
}

async function visit(walk: Walk, browser: Tabs, route: number, who: number): Promise<void> {
  const names = Object.keys(routeMoves);
  // Six routes, so that each one is reached often enough.
  for (const index of [route, route + 7, route + 14, route + 22, route + 29, route + 36]) {
    const name = pick(names, index);
    walk.place.statistics.record('routes', name);
    await routeMoves[name]?.(walk, browser, who);
  }
}

/** Logs in and runs a flow of the session. */
async function own(walk: Walk, move: Of<'own'>): Promise<void> {
  const { browser, user } = walk.at(move);
  await walk.login(browser, user, move.good > 9);
  const kind = pick(['enroll', 'recovery-codes', 'disable', 'change-password', 'step-up'], move.kind);
  if (await walk.begin(browser, kind)) await walk.finish(browser, move.good);
}

/** Issues a help-desk code, and logs in with it. */
async function desk(walk: Walk, move: Of<'desk'>): Promise<void> {
  const { browser, user } = walk.at(move);
  await verbMoves.issueCode(walk, user, 0);
  const flow = await walk.password(browser, user);
  if (flow?.step !== 'totp') return;
  await walk.submit(browser, flow, [{ step: 'totp', action: 'switch', method: 'recovery-code' }]);
  await walk.finish(browser, move.good);
}

async function between(walk: Walk, move: Of<'between'>): Promise<void> {
  const { place, nth, inner } = move;
  // An enrolment may use a policy that is one second old, so only the change of remembering is made in between.
  const safe = inner.do === 'policy' ? { ...inner, change: 0 } : inner;
  const outer = await prepared(walk, move, move.outer);
  await meanwhile(
    walk,
    { place, nth },
    () => play(walk, outer),
    () => play(walk, safe),
  );
}

/** The request that is held or killed: the last proof of a flow that was prepared, or the given request. */
async function prepared(walk: Walk, move: Of<'between'> | Of<'kill'>, any: Request): Promise<Request> {
  const { browser, user } = walk.at(move);
  if (!(await getReady[move.ready](walk, browser, user))) return any;
  walk.place.statistics.record('ready', move.ready);
  walk.place.clock.advance(30_000);
  const { browser: at, who } = move;
  return lastRequests[move.ready]?.({ browser: at, who }) ?? { do: 'answer', good: 19, browser: at, who };
}

/** Kills the instance before or after the n-th transaction of a request. */
async function kill(walk: Walk, move: Of<'kill'>): Promise<void> {
  const request = await prepared(walk, move, move.move);
  const { nth, when } = move;
  const index = walk.instance();
  const { gate } = walk.place.instances[index as 0 | 1];
  gate.kill(nth, when);
  walk.pinned = index;
  try {
    await play(walk, request);
  } finally {
    walk.pinned = undefined;
    gate.disarm();
  }
}
