import assert from 'node:assert/strict';
import type { Input, Method, ProblemCode } from '@tweestap/protocol';
import type { Factor, FactorPolicy } from '../../flow/rules/factor.ts';
import type { Possession } from '../../flow/rules/facts.ts';
import type { Lists, TestUser, World } from '../../flow/testing/world.ts';
import { activeFactors, endFactor } from '../../store/factors.ts';

/** A step as the client sees it. */
export type ShownStep = Readonly<Record<string, unknown>> & { readonly type: string };

/** How a user proves a factor of their own. */
export interface EnrolledFactor {
  /** An input that the factor's step accepts now, another one each time. */
  right(step: ShownStep): Input;
  wrong(step: ShownStep): Input;
}

/** What `factorContract` needs to know of a factor in order to enroll and prove it. */
export interface FactorSample {
  /** Of a factor: what a row of it holds. */
  data?: object;
  /** The texts of it that nothing may show. */
  secrets: readonly string[];
  /** What an account has that can use it. */
  possession: Partial<Possession>;
  /** A policy under which no account can use it, where there is one. */
  forbiddenBy?: FactorPolicy;
  /** Why a wrong input is refused. */
  wrongCode: ProblemCode;
  /** Gives it to a user who has none. */
  give(world: World, user: TestUser): Promise<EnrolledFactor>;
  /** Of a factor: answers the step that enrolls it. */
  enroll?(step: ShownStep, world: World): Input;
  /** Takes it away as the settings do, or the policy. */
  remove(world: World, user: TestUser): Promise<void>;
}

/** What a factor of a list is checked with. */
export interface FactorContract {
  lists: Lists;
  /** A factor without a sample fails. */
  sample: FactorSample | undefined;
  /** The methods that users set up. */
  setUpMethods: readonly string[];
}

/** A factor with its sample. */
export interface FactorParts extends FactorContract {
  factor: Factor;
  sample: FactorSample;
}

/** Ends the newest factor of a method, as the settings do. */
export async function removeNewest({ database, clock }: World, { id }: TestUser, method: Method): Promise<void> {
  const [row] = await activeFactors(database.read, id, method);
  assert.ok(row, `a factor of the method ${method}`);
  assert.ok(await database.write((tx) => endFactor(tx, id, row.id, 'replaced', clock())));
}
