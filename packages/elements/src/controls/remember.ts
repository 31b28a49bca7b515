import type { StepOf } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../view/host.ts';
import { rememberTime } from './times.ts';

/** The checkbox 'Remember this device', if the step offers it. */
export const rememberBox = (host: Host, remember: StepOf<'totp'>['remember']): TemplateResult | typeof nothing =>
  remember && remember.for !== 'never'
    ? html`<label part="remember"><input id="remember" type="checkbox" /><span>${host.text('remember.for', { time: rememberTime(host.language, remember.for) })}</span></label>`
    : nothing;

/** Returns whether the checkbox is checked, as a part of the input. Empty if the step does not offer it. */
export const remembered = (host: Host): { remember?: boolean } => {
  const box = host.element.shadowRoot?.querySelector<HTMLInputElement>('#remember');
  return box ? { remember: box.checked } : {};
};
