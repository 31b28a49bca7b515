import type { MethodChoice } from '@tweestap/protocol';
import { activeFactors } from '../../store/factors/factors.ts';
import type { StepContext } from '../rules/step-definition.ts';

/**
 * Adds the masked phone number or email address to the methods whose codes are sent there. The caller has the methods from
 * the order of steps, which gives none before a correct password (R56).
 */
export async function describeMethods(
  { registry, facts, read, keyring }: StepContext,
  methods: readonly { method: MethodChoice['method'] }[],
): Promise<MethodChoice[]> {
  const isDescribed = methods.some(({ method }) => registry.factor(method).describe !== undefined);
  if (!isDescribed || !facts.person) return [...methods];
  const rows = await activeFactors(read, facts.person.id);
  return methods.map(({ method }) => {
    const row = rows.find((each) => each.method === method);
    const to = row && registry.factor(method).describe?.(row, keyring).to;
    return to === undefined ? { method } : { method, to };
  });
}
