import type { Step, StepType } from '@tweestap/client';
import type { AnyView } from '../element/host.ts';
import { steps } from '../steps/index.ts';

/** A step that this version does not know: the server is newer. A reload brings the newer element. */
const unknown: AnyView = (_step, host) => ({
  name: 'unknown',
  heading: host.text('unknown.heading'),
  description: host.text('unknown.description'),
  primary: host.text('reload'),
  onPrimary: () => location.reload(),
});

/** The view of a step, fetched if it is not here yet; for an unknown step, a way to a newer page. */
export const viewOf = async (type: Step['type']): Promise<AnyView> => {
  const source = Object.hasOwn(steps, type) ? steps[type as StepType] : undefined;
  if (!source) return unknown;
  return (typeof source === 'function' ? source : await source.load()) as AnyView;
};
