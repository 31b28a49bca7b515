import type { InputSchemas, Method, ProblemCode } from '@tweestap/protocol';
import type { z } from 'zod';
import type { Browser, Lists, TestUser, World } from '../../flow/testing/world.ts';

/** A step as the client sees it. */
export type ShownStep = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly actions: readonly string[];
};

/** A browser that a sample has brought to its step. */
export interface Reached {
  browser: Browser;
  /** The user whose secrets the step must not show. */
  user?: TestUser;
  /** Other texts that it must not show. */
  secrets?: readonly string[];
}

/** What an input is made from. */
export interface AtStep extends Reached {
  step: ShownStep;
  world: World;
}

/** An input without its `step`, which the contract adds. */
export type SampleInput = (at: AtStep) => object;

/** How the contract gets to a step, and what it sends there. */
export interface StepSample {
  /** Brings a new browser to the step, in the organisation `clinic`. */
  reach(world: World): Promise<Reached>;
  /** For each of the step's own actions an input that it accepts. */
  inputs: Readonly<Record<string, SampleInput>>;
  /** An input of the right form that it refuses. A step that takes a credential has one, which is counted. */
  wrong?: { input: SampleInput; code: ProblemCode };
}

/** What a step of a list is checked with. */
export interface StepContract {
  lists: Lists;
  /** The protocol's counterparts: the schema of the step and those of its inputs. */
  schemas: Readonly<Record<string, InputSchemas & { step: z.ZodType }>>;
  /** A step without a sample fails. */
  sample: StepSample | undefined;
  /** What users of the clinic may set up, in this order. */
  methods?: readonly Method[];
}

let count = 0;

/** A new user of the clinic. A sample is reached many times in one test. */
export async function newUser(world: World, given: Parameters<World['user']>[0] = {}): Promise<TestUser> {
  count += 1;
  return await world.user({ username: `user-${count}`, email: `user-${count}@mail.example`, ...given });
}

/** A new browser on a network of its own, so that no throttle of an address adds up over the visits of a test. */
export function newBrowser(world: World): Browser {
  const browser = world.browser();
  count += 1;
  browser.address = `198.51.${count >> 8}.${count & 255}`;
  return browser;
}

/** A new user and a browser that has typed the password. */
export async function afterPassword(world: World, given: Parameters<World['user']>[0] = {}) {
  const user = await newUser(world, given);
  const browser = newBrowser(world);
  await browser.password(user);
  return { browser, user };
}

/** A new user who is logged in, and whose next code is fresh. */
export async function loggedIn(world: World): Promise<{ browser: Browser; user: TestUser }> {
  const user = await newUser(world);
  const browser = newBrowser(world);
  await browser.login(user);
  world.clock.advance(30_000);
  return { browser, user };
}
