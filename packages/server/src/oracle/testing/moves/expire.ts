import type { Tabs } from '../place.ts';
import type { Walk } from '../walk.ts';
import { answerTo } from './answers.ts';
import { setClock } from './clock.ts';
import type { Move } from './moves.ts';
import { appUser } from './users.ts';
import { verbMoves } from './verbs.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Something that expires. */
interface Thing {
  /** The time until it expires, in ms. */
  life: number;
  /** Tries to use it. */
  use(): Promise<unknown>;
}

type Expire = Extract<Move, { do: 'expire' }>;

/** Threat: something that expired and was refused or swept works again after the clock is set back (R86). */
export async function expire(walk: Walk, move: Expire): Promise<void> {
  const browser = walk.browser(move.browser);
  const thing = await things[move.what](walk, browser, move);
  if (!thing) return;
  walk.place.clock.advance(thing.life + 1000);
  if (move.sweep) await walk.sweep();
  else await thing.use();
  await setClock(walk, -2 * MINUTE);
  await thing.use();
  walk.place.statistics.record('expired', move.what);
}

const things: Readonly<
  Record<Expire['what'], (walk: Walk, browser: Tabs, move: Expire) => Promise<Thing | undefined>>
> = {
  async flow(walk, browser, { who }) {
    const flow = await walk.password(browser, appUser(walk, walk.user(who)));
    if (!flow || flow.done) return undefined;
    const use = async (): Promise<void> => {
      const step = { type: flow.step ?? 'totp' };
      if (!['totp', 'password'].includes(step.type)) return;
      const user = flow.user ?? browser.user;
      await walk.submit(browser, flow, [
        answerTo({ step, kind: flow.kind, user, good: 19, now: walk.now(), next: walk.next }),
      ]);
    };
    return { life: 15 * MINUTE, use };
  },
  async session(walk, browser, { who }) {
    await walk.login(browser, walk.user(who), false);
    const { session } = browser.cookies;
    if (session === undefined) return undefined;
    const use = async (): Promise<void> => {
      await walk.begin(browser, 'step-up');
      await walk.useSession(browser.address, session);
    };
    return { life: HOUR, use };
  },
  async link(walk, browser, { who }) {
    const user = walk.user(who);
    browser.user = user;
    await walk.begin(browser, 'recover', [{ step: 'organisation', organisation: user.organisation.id }]);
    await walk.answer(browser, 19);
    const [found] = [...walk.ledger.links]
      .filter(([, link]) => link.user === user && link.dead === undefined)
      .slice(-1);
    if (!found) return undefined;
    const [token, { kind, until }] = found;
    const use = async (): Promise<void> => {
      if (await walk.begin(browser, kind, [], { link: token })) await walk.finish(browser, 19);
    };
    return { life: until - walk.now(), use };
  },
  async device(walk, browser, { who }) {
    const user = appUser(walk, walk.user(who), ({ organisation }) => organisation.remember !== 'never');
    walk.place.clock.advance(30_000);
    await walk.login(browser, user, true);
    const life = walk.ledger.devices.remembered(browser.cookies.device, user, walk.now());
    if (!life) return undefined;
    return { life: life.until - walk.now(), use: async () => await walk.password(browser, user) };
  },
  async desk(walk, browser, { who }) {
    const user = appUser(walk, walk.user(who));
    await verbMoves.issueCode(walk, user, 0);
    const { desk } = user;
    if (!desk) return undefined;
    const use = async (): Promise<void> => {
      const flow = await walk.password(browser, user);
      if (flow?.step !== 'totp') return;
      await walk.submit(browser, flow, [{ step: 'totp', action: 'switch', method: 'recovery-code' }]);
      await walk.submit(browser, flow, [{ step: 'recovery-code', code: desk.code }]);
    };
    return { life: desk.until - walk.now(), use };
  },
};
