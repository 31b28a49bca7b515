import type { Method, StepType } from '@tweestap/protocol';
import type { Factor } from './factor.ts';
import type { Facts } from './facts.ts';

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
