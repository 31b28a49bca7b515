import type { Step, StepType } from '@tweestap/client';
import type { AnyView } from '../element/host.ts';
import { steps } from '../steps/index.ts';

/** The view of a step, fetched if it is not here yet; of one that is not known, the way to a newer page. */
export const viewOf = async (type: Step['type']): Promise<AnyView> => {
  const source = Object.hasOwn(steps, type) ? steps[type as StepType] : undefined;
  if (!source) return (await import('./unknown.ts')).unknown;
  return (typeof source === 'function' ? source : await source.load()) as AnyView;
};
