import type { Acr, Amr, Method, StepType } from '@tweestap/protocol';
import type { z } from 'zod';
import type { Keyring } from '../../crypto/keyring.ts';
import type { LockedBy } from '../../locks/locks.ts';
import type { Notice } from '../../notices/notify.ts';
import type { OrganisationDefinition, Policy } from '../../organisations/schema.ts';
import type { Tx } from '../../store/database.ts';
import type { FactorRow } from '../../store/schema.ts';
import type { Facts, Possession } from './facts.ts';

/** The part of a policy that decides which factors are usable. */
export type FactorPolicy = Pick<Policy, 'recoveryCodes' | 'emailCodes'>;

/** A factor that a flow has proven. */
type Proven = NonNullable<Facts['factor']>;

/** The part of a proof that decides its assurance. */
export type Proof = Pick<Proven, 'method' | 'how'>;

/** The page of a flow: one of this server, or of a portal on another origin. */
export interface Page {
  organisation(): Promise<OrganisationDefinition>;
  readonly baseUrl: string;
  /** The origins of this server. */
  readonly origins: readonly string[];
  readonly otherOrigin?: { readonly origin: string };
}

/** The counter of wrong attempts at a method. Each method has its own lock (D7, D12). */
interface FactorLock {
  readonly by: LockedBy;
  /** The key of an account's counter. */
  key(accountId: string): string;
  /** The number of wrong attempts since the last success at which the method is disabled. */
  limit(policy: FactorPolicy & Pick<Policy, 'locks'>, has: Pick<Possession, 'recoveryCodes'>): number;
}

/**
 * The definition of a method for the engine. `factors/<method>/factor.ts` defines it and `factors/index.ts` lists it.
 * Possession, the order of steps, throttling, `amr` and `acr`, audit events, key rotation and the settings are derived from
 * that list.
 */
export interface Factor {
  /** The name of the method; it is unique in the list. */
  readonly method: Method;
  /**
   * A `factor` is enrolled and has rows in `factors`. A `backup` is used when the factors are not available. A `fallback`
   * is no factor of the account (SP 800-63B-4 §3.1.3.1): it only replaces a missing one at a login, at a lower level.
   */
  readonly role: 'factor' | 'backup' | 'fallback';
  /** The step that proves it. */
  readonly proveStep: StepType;
  /** The steps that enroll it, in order; empty for a backup. */
  readonly enrollSteps: readonly StepType[];
  /** Whether one of `enrollSteps` is complete while the enrolment continues. Absent for a method with one such step. */
  isComplete?(step: StepType, facts: Facts): boolean;
  /** The `amr` values (RFC 8176) that a proof adds to those of the password. */
  amr(proof: Proof): readonly Amr[];
  /** The assurance level of a login with the password and this proof (NIST SP 800-63B-4 §2). */
  acr(proof: Proof): Acr;
  /** Whether a proof is a whole login without a password, as a passkey with user verification is. Default: it never is. */
  standsAlone?(proof: Proof): boolean;
  /** The lock that counts wrong attempts at this method. Absent where nothing can be guessed. */
  readonly lock?: FactorLock;
  /** Whether a login offers it to users who have another factor, if the policy names the method. */
  readonly isOffered?: true;
  /** Whether a new factor leaves the earlier ones of the method active under the policy `authenticators: one` too. */
  readonly several?: true;
  /** An account has one factor of the method: a new one always replaces the earlier one, whose user gets this notice. */
  readonly single?: { readonly notice: Notice };
  /** Whether the page of a flow can use it. Absent for a method that works on each page. */
  worksOn?(page: Page): Promise<boolean>;
  /** Whether the account can use it now, apart from locks. */
  usable(has: Possession, policy: FactorPolicy): boolean;
  /** For the role `factor`: the schema of the sealed `data` of its rows. */
  readonly data?: z.ZodType;
  /** The name of an account's first factor of this method, until the user renames it. Default: the method. */
  readonly defaultName?: string;
  /** The details of a row that the settings show besides its name. */
  describe?(row: FactorRow, keyring: Pick<Keyring, 'open'>): { to?: string; synced?: boolean };
  /** For a backup: whether the proof of an earlier submission is still valid. */
  stands?(tx: Tx, accountId: string, proof: Proven): Promise<boolean>;
}

/** Whether the account has a factor that can be used. */
export function hasActive({ active }: Possession): boolean {
  return Object.values(active).some((count) => count > 0);
}

/** Whether the account has a factor, including one that a hard cap disabled. */
export function hasFactor(has: Possession): boolean {
  return hasActive(has) || has.disabled;
}

/** The number of factors of a method that an account can use. */
function activeCount({ active }: Possession, method: Method): number {
  return active[method] ?? 0;
}

/** Creates the `usable` of a factor: the account has an active factor of the method. */
export const isActive =
  (method: Method) =>
  (has: Possession): boolean =>
    activeCount(has, method) > 0;

/** The possession of an account without any factor. */
export const NOTHING: Possession = { active: {}, disabled: false, recoveryCodes: 0 };

/** The factors of a server, with lookups by method and step. */
export interface Registry {
  /** In the order of the list. The first one is used when nothing else decides. */
  readonly factors: readonly Factor[];
  /** The methods of the factors, in the same order. */
  readonly methods: readonly Method[];
  /** The factor of a method. @throws when the list has no such method */
  factor(method: Method): Factor;
  /** The method that a step proves or enrolls; undefined for any other step. */
  methodOf(step: StepType): Method | undefined;
  /** Whether the factor of a proof is a backup, such as a recovery code. */
  isBackup(proof: Facts['factor']): boolean;
  /** Whether a proof is a whole login without a password. */
  standsAlone(proof: Proof): boolean;
}

/** Creates the registry of a list of factors. @throws when two factors have the same method or step */
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
    standsAlone: (proof) => find(proof.method).standsAlone?.(proof) === true,
  };
}

/** A method and the schema of the data of its rows. */
export interface Codec<T> extends Pick<Factor, 'method'> {
  readonly data: z.ZodType<T>;
}

type Owner = Pick<FactorRow, 'organisation_id' | 'account_id' | 'id'>;

/**
 * The values to which the sealed data of a factor is bound (R60): method, organisation, account and row. A row that was moved
 * to another account or changed to another method can't be opened.
 */
export function factorBinding(row: Owner & Pick<FactorRow, 'method'>): string[] {
  return [row.method, row.organisation_id, row.account_id, row.id];
}

/** Seals the data of a factor's row, as JSON by the schema of the method. @throws ZodError when the value does not match */
export function sealData(
  { method, data }: Pick<Factor, 'method' | 'data'>,
  owner: Owner,
  value: unknown,
  keyring: Keyring,
): string {
  if (!data) throw new Error(`${method}: the factor holds no data`);
  return keyring.seal(JSON.stringify(data.parse(value)), factorBinding({ ...owner, method }));
}

/** Opens data that `sealData` sealed. @throws SealError, or Error when the row has another method or other data */
export function openData<T>(codec: Codec<T>, row: FactorRow, keyring: Pick<Keyring, 'open'>): T {
  const { method, data } = codec;
  if (row.method !== method) throw new Error(`${method}: the row ${row.id} has the method ${row.method}`);
  if (row.data === null) throw new Error(`${method}: the row ${row.id} has no data`);
  return data.parse(JSON.parse(Buffer.from(keyring.open(row.data, factorBinding(row))).toString('utf8')));
}
