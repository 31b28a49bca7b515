import type { InputSchemas, Method, ProblemCode } from '@tweestap/protocol';
import type { z } from 'zod';
import type { Browser, Lists, TestUser, World } from '../../flow/testing/world.ts';
import type { OrganisationInput } from '../../organisations/schema.ts';

/** A step as the client sees it. */
export type ShownStep = Readonly<Record<string, unknown>> & {
  /** The type of the step. */
  readonly type: string;
  /** The actions that the step offers. */
  readonly actions: readonly string[];
};

/** A browser that a sample has brought to its step. */
export interface Reached {
  /** The browser, whose flow is at the step. */
  browser: Browser;
  /** The user whose secrets the step must not show. */
  user?: TestUser;
  /** Other texts that the step must not show. */
  secrets?: readonly string[];
}

/** What an input is made from. */
export interface AtStep extends Reached {
  /** The step as it was shown. */
  step: ShownStep;
  /** The world of the test. */
  world: World;
}

/** Makes an input without its `step`, which the contract adds. */
export type SampleInput = (at: AtStep) => object;

/** How the contract reaches a step, and what it sends there. */
export interface StepSample {
  /** Brings a new browser to the step, in the organisation `clinic`. */
  reach(world: World): Promise<Reached>;
  /** An accepted input for each of the step's own actions. */
  inputs: Readonly<Record<string, SampleInput>>;
  /** The credential that the step takes is a new one, so nothing can be guessed. Default: by the lists of the factors. */
  enrolls?: true;
  /** A well-formed input that is refused. It is required for a step that takes a credential, and is counted there. */
  wrong?: {
    input: SampleInput;
    code: ProblemCode;
    /** The fact that any answer replaces, because it can be answered once only (R23). */
    renews?: 'challenge' | 'enrolment';
    /** The member of the step that shows it. Default: `options`. */
    shownAs?: 'options' | 'passkey';
  };
}

/** What `stepContract` checks a step with. */
export interface StepContract {
  /** The lists of steps and factors of the server. */
  lists: Lists;
  /** The schemas of the protocol, of each step and of its inputs. */
  schemas: Readonly<Record<string, InputSchemas & { step: z.ZodType }>>;
  /** The sample of the step. The contract fails without a sample. */
  sample: StepSample | undefined;
  /** The methods that the clinic offers for enrolment, in this order; `totp` and `passkey` by default. */
  methods?: readonly Method[];
}

let count = 0;

/** A new user of the clinic, with a unique username, because one test reaches a sample many times. */
export async function newUser(world: World, given: Parameters<World['user']>[0] = {}): Promise<TestUser> {
  count += 1;
  return await world.user({ username: `user-${count}`, email: `user-${count}@mail.example`, ...given });
}

/** A new browser with an address of its own, so the requests of one test don't share the budget of an address. */
export function newBrowser(world: World): Browser {
  const browser = world.browser();
  count += 1;
  browser.address = `198.51.${count >> 8}.${count & 255}`;
  return browser;
}

/** A new user, and a browser that has sent the password. */
export async function afterPassword(world: World, given: Parameters<World['user']>[0] = {}) {
  const user = await newUser(world, given);
  const browser = newBrowser(world);
  await browser.password(user);
  return { browser, user };
}

/** A new user who is logged in and whose present code is unused. */
export async function loggedIn(world: World): Promise<{ browser: Browser; user: TestUser }> {
  const user = await newUser(world);
  const browser = newBrowser(world);
  await browser.login(user);
  world.clock.advance(30_000);
  return { browser, user };
}

/** Changes the policy of the clinic, whose set-up stays optional. */
export async function withPolicy(world: World, policy: OrganisationInput['policy']): Promise<void> {
  const setUp = { from: '2026-01-01', until: '2026-12-31' };
  await world.organisation({ policy: { factor: 'optional', setUp, locks: { ways: ['wait', 'helpdesk'] }, ...policy } });
}
