import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';

/** Where a phone's automatic time is switched on, when its clock is why a code was refused. */
export const clockCoach = (host: Host): TemplateResult | typeof nothing => {
  const problem = host.shown.name === 'step' ? host.shown.problem : undefined;
  if (!problem?.is('clock-off')) return nothing;
  const row = (system: 'android' | 'ios') =>
    html`<dt>${host.text(`system.${system}`)}</dt><dd>${host.text(`clock.${system}`)}</dd>`;
  return html`<div part="clock">
    <dl>${row('android')}${row('ios')}</dl>
  </div>`;
};
