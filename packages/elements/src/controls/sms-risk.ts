import type { StepOf } from '@tweestap/protocol';
import { html, type TemplateResult } from 'lit';
import type { Host } from '../view/host.ts';

/** The risk of codes by text message, and a method that is safer (R27, SP 800-63B-4 §3.1.3.3). */
export const smsRisk = (host: Host, stronger: StepOf<'enroll-sms-number'>['stronger']): TemplateResult => {
  const safer = stronger && stronger !== 'sms' ? host.text(`safer.${stronger}`) : '';
  return html`<p part="description note" id="risk">${host.text('set-up.sms-risk', { safer }).trim()}</p>`;
};
