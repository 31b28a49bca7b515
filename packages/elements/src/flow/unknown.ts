import type { Step } from '@tweestap/client';
import type { Host } from '../element/host.ts';
import type { Screen } from '../element/screen.ts';

/** A step that this version does not know: a newer server. Reloading brings the newer element. */
export const unknown = (_step: Step, host: Host): Screen => ({
  name: 'unknown',
  heading: host.text('unknown.heading'),
  description: host.text('unknown.description'),
  primary: host.text('reload'),
  onPrimary: () => location.reload(),
});
