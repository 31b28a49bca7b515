import type { Acr, Amr, Method, StepType } from '@tweestap/protocol';
import type { z } from 'zod';
import type { Keyring } from '../../crypto/keyring.ts';
import type { LockedBy } from '../../locks/locks.ts';
import type { Policy } from '../../organisations/schema.ts';
import type { Tx } from '../../store/database.ts';
import type { FactorRow } from '../../store/schema.ts';
import type { Facts, Possession } from './facts.ts';

/** The part of a policy that decides which factors are usable. */
export type FactorPolicy = Pick<Policy, 'recoveryCodes'>;

/** A factor that a flow has proven. */
type Proven = NonNullable<Facts['factor']>;

/** What wrong attempts at a method are counted under: each method has a lock of its own (D7, D12). */
interface FactorLock {
  readonly by: LockedBy;
  /** The counter of an account. */
  key(accountId: string): string;
  /** Wrong attempts since the last success at which the method ends. */
  limit(policy: FactorPolicy & Pick<Policy, 'locks'>, has: Pick<Possession, 'recoveryCodes'>): number;
}

/**
 * What the engine knows of a method. `factors/<method>/factor.ts` defines it and `factors/index.ts` lists it; possession,
 * the order of steps, throttling, `amr` and `acr`, audit events, key rotation and the settings are derived from that list.
 */
export interface Factor {
  readonly method: Method;
  /** A `factor` is enrolled and has rows in `factors`. A `backup` is used when the factors are out of reach. */
  readonly role: 'factor' | 'backup';
  /** The step that asks for it. */
  readonly proveStep: StepType;
  /** The steps that enroll it, in order; none for a backup. */
  readonly enrollSteps: readonly StepType[];
  /** Whether one of `enrollSteps` is complete while the enrolment goes on. Left out: it has one step. */
  isComplete?(step: StepType, facts: Facts): boolean;
  /** RFC 8176 values that it adds to those of the password. */
  readonly amr: readonly Amr[];
  /** NIST SP 800-63B-4 §2: what a login with the password and this proof reaches. */
  acr(proof: Pick<Proven, 'method'>): Acr;
  readonly lock: FactorLock;
  /** Whether the account can use it now, locks aside. */
  usable(has: Possession, policy: FactorPolicy): boolean;
  /** Of a factor: the schema of what its row's sealed `data` holds. */
  readonly data?: z.ZodType;
  /** The name of the first one of an account, until its user gives it another. */
  readonly defaultName?: string;
  /** What the settings show of a row beside its name. */
  describe?(row: FactorRow): { to?: string };
  /** Of a backup: whether the proof of an earlier submission is still the account's. */
  stands?(tx: Tx, accountId: string, proof: Proven): Promise<boolean>;
}

/** Whether the account has a factor that can be used. */
export function hasActive({ active }: Possession): boolean {
  return Object.values(active).some((count) => count > 0);
}

/** Whether the account has a factor, be it one that a hard cap has disabled. */
export function hasFactor(has: Possession): boolean {
  return hasActive(has) || has.disabled;
}

/** How many factors of a method an account can use. */
function activeCount({ active }: Possession, method: Method): number {
  return active[method] ?? 0;
}

/** For a factor's `usable`. */
export const isActive =
  (method: Method) =>
  (has: Possession): boolean =>
    activeCount(has, method) > 0;

/** What an account without any factor has. */
export const NOTHING: Possession = { active: {}, disabled: false, recoveryCodes: 0 };

/** The factors of a server, with what is looked up among them. */
export interface Registry {
  /** In the order of the list: the first one is asked for where nothing else decides. */
  readonly factors: readonly Factor[];
  readonly methods: readonly Method[];
  /** @throws when the list has no such method */
  factor(method: Method): Factor;
  /** The method that a step proves or enrolls. */
  methodOf(step: StepType): Method | undefined;
  /** Whether the factor of a proof is a backup, such as a recovery code. */
  isBackup(proof: Facts['factor']): boolean;
}

/** @throws when two factors claim the same method or step */
export function createRegistry(factors: readonly Factor[]): Registry {
  const byMethod = new Map<string, Factor>();
  const byStep = new Map<string, Method>();
  for (const factor of factors) {
    if (byMethod.has(factor.method)) throw new Error(`duplicate factor: ${factor.method}`);
    byMethod.set(factor.method, factor);
    for (const step of [factor.proveStep, ...factor.enrollSteps]) {
      if (byStep.has(step)) throw new Error(`${factor.method}: the step ${step} belongs to another factor`);
      byStep.set(step, factor.method);
    }
  }
  const find = (method: Method): Factor => {
    const found = byMethod.get(method);
    if (!found) throw new Error(`unknown method: ${method}`);
    return found;
  };
  return {
    factors,
    methods: factors.map(({ method }) => method),
    factor: find,
    methodOf: (step) => byStep.get(step),
    isBackup: (proof) => proof !== undefined && find(proof.method).role === 'backup',
  };
}

/** A method and the schema of what its rows hold. */
export interface Codec<T> extends Pick<Factor, 'method'> {
  readonly data: z.ZodType<T>;
}

type Owner = Pick<FactorRow, 'organisation_id' | 'account_id' | 'id'>;

/**
 * What the sealed texts of a factor are bound to (R60): its method, organisation, account and row. A row that was moved to
 * another account or given another method fails to open.
 */
export function factorBinding(row: Owner & Pick<FactorRow, 'method'>): string[] {
  return [row.method, row.organisation_id, row.account_id, row.id];
}

/** Seals what a factor's row holds, as JSON by the factor's own schema. */
export function sealData(
  { method, data }: Pick<Factor, 'method' | 'data'>,
  owner: Owner,
  value: unknown,
  keyring: Keyring,
): string {
  if (!data) throw new Error(`${method}: the factor holds no data`);
  return keyring.seal(JSON.stringify(data.parse(value)), factorBinding({ ...owner, method }));
}

/** Opens what `sealData` has sealed. @throws SealError · Error when the row is of another method or holds something else */
export function openData<T>(codec: Codec<T>, row: FactorRow, keyring: Keyring): T {
  const { method, data } = codec;
  if (row.method !== method) throw new Error(`${method}: a row of the method ${row.method} was opened`);
  if (row.data === null) throw new Error(`${method}: the row ${row.id} holds no data`);
  return data.parse(JSON.parse(Buffer.from(keyring.open(row.data, factorBinding(row))).toString('utf8')));
}
