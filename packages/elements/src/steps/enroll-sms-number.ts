import { html, nothing } from 'lit';
import { field } from '../controls/field.ts';
import { notNow } from '../controls/links.ts';
import { smsRisk } from '../controls/sms-risk.ts';
import type { View } from '../view/host.ts';

/** The server's limit for a typed phone number, in characters. */
const MAX_NUMBER_LENGTH = 40;

const nameOf = (language: string, country: string): string =>
  new Intl.DisplayNames(language, { type: 'region' }).of(country) ?? country;

/** The user enters the phone number that codes are sent to. A safer method is offered beside it (R27). */
export const enrollSmsNumber: View<'enroll-sms-number'> = ({ country, stronger }, host) => {
  const spec = {
    name: 'phone-number',
    label: host.text('enroll-sms-number.label'),
    autocomplete: 'tel',
    type: 'tel',
    inputMode: 'tel',
    max: MAX_NUMBER_LENGTH,
  } as const;
  const method = stronger;
  return {
    name: 'enroll-sms-number',
    heading: host.text('enroll-sms-number.heading'),
    description: host.text('enroll-sms-number.description'),
    fields: html`
      ${field(host, spec, host.wrong !== undefined)}
      <p part="hint">${host.text('enroll-sms-number.hint', { country: nameOf(host.language, country) })}</p>
      ${smsRisk(host, stronger)}
    `,
    primary: host.text('enroll-sms-number.submit'),
    submit: ({ 'phone-number': typed }) => {
      const phoneNumber = typed?.trim();
      if (!phoneNumber) return host.complain('phone-number', host.text('enroll-sms-number.missing'));
      return { step: 'enroll-sms-number', phoneNumber };
    },
    links: [
      method && method !== 'sms'
        ? html`<button
            part="link" type="button" @click=${() => host.send({ step: 'enroll-sms-number', action: 'switch', method })}
          >${host.text(`instead.${method}`)}</button>`
        : nothing,
      notNow(host),
    ],
  };
};
