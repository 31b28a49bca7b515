import assert from 'node:assert/strict';
import type { Input, Method, ProblemCode } from '@tweestap/protocol';
import type { Factor, FactorPolicy } from '../../flow/rules/factor.ts';
import type { Possession } from '../../flow/rules/facts.ts';
import type { Lists, TestUser, World } from '../../flow/testing/world.ts';
import type { OrganisationInput } from '../../organisations/schema.ts';
import { endFactor } from '../../store/factors/end-factors.ts';
import { activeFactors } from '../../store/factors/factors.ts';

/** A step as the client sees it. */
export type ShownStep = Readonly<Record<string, unknown>> & { readonly type: string };

/** Makes the inputs with which a user proves a factor. */
export interface EnrolledFactor {
  /** A new input that the factor's step accepts now. */
  right(step: ShownStep): Input | Promise<Input>;
  /** A well-formed input that the factor's step refuses. */
  wrong(step: ShownStep): Input | Promise<Input>;
}

/** What `factorContract` needs to enroll and prove a factor. */
export interface FactorSample {
  /** The data of a row; absent for a backup. */
  data?: object;
  /** The texts of the factor that must not be shown. */
  secrets: readonly string[];
  /** What an account has that can use the factor. */
  possession: Partial<Possession>;
  /** What the policy of the organisation needs besides the method. Default: nothing. */
  policy?: OrganisationInput['policy'];
  /** A policy under which no account can use the factor; absent if there is none. */
  forbiddenBy?: FactorPolicy;
  /** How the sample proves the factor (`Facts.factor.how`). Default: undefined. */
  how?: string;
  /** The code of the refusal of a wrong input. */
  wrongCode: ProblemCode;
  /** Adds the factor to a user who has none. */
  give(world: World, user: TestUser): Promise<EnrolledFactor>;
  /** Makes the input of the step that enrolls the factor; absent for a backup and a fallback. */
  enroll?(step: ShownStep, world: World, user: TestUser): Input | Promise<Input>;
  /** Removes the factor, as the settings or a policy do. */
  remove(world: World, user: TestUser): Promise<void>;
}

/** What `factorContract` checks a factor with. */
export interface FactorContract {
  /** The lists of steps and factors of the server. */
  lists: Lists;
  /** The sample of the factor. The contract fails without a sample. */
  sample: FactorSample | undefined;
  /** The methods that users can enroll. */
  setUpMethods: readonly string[];
}

/** A factor with its sample. */
export interface FactorParts extends FactorContract {
  /** The factor that is checked. */
  factor: Factor;
  /** Its sample. */
  sample: FactorSample;
}

/** Removes the user's newest factor of a method, as the settings do. */
export async function removeNewest({ database, clock }: World, { id }: TestUser, method: Method): Promise<void> {
  const [row] = await activeFactors(database.read, id, method);
  assert.ok(row, `the user has no factor of the method ${method}`);
  assert.ok(await database.write((tx) => endFactor(tx, id, row.id, 'replaced', clock())));
}
