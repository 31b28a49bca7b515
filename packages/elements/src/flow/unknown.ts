import type { Step } from '@tweestap/client';
import type { TemplateResult } from 'lit';
import { frame } from '../element/frame.ts';
import type { Stage } from '../element/host.ts';

/** A step that this version does not know: a newer server. Reloading brings the newer element. */
export const unknown = (_step: Step, host: Stage): TemplateResult =>
  frame(host, {
    name: 'unknown',
    heading: host.text('unknown.heading'),
    description: host.text('unknown.description'),
    primary: host.text('reload'),
    onPrimary: () => location.reload(),
  });
