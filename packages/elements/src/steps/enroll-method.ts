import type { StepOf } from '@tweestap/protocol';
import { html, nothing } from 'lit';
import { notNow } from '../controls/links.ts';
import { smsRisk } from '../controls/sms-risk.ts';
import type { View } from '../view/host.ts';

type Methods = StepOf<'enroll-method'>['methods'];

/** The ids of the texts about a method: the organisation's note, and the risk of text messages. */
const describedBy = (method: string, note: string | undefined) =>
  [note ? `note-${method}` : '', method === 'sms' ? 'risk' : ''].filter(Boolean).join(' ') || nothing;

/** The method that is named as safer than a text message: the recommended one, otherwise the first other one. */
const strongest = (methods: Methods) => {
  const others = methods.filter(({ method }) => method !== 'sms');
  return (others.find(({ recommended }) => recommended) ?? others[0])?.method;
};

/** The user chooses which second factor to enroll. The organisation can recommend one and add a note to each. */
export const enrollMethod: View<'enroll-method'> = ({ methods }, host) => ({
  name: 'enroll-method',
  heading: host.text('enroll-method.heading'),
  fields: html`<ul part="methods">
      ${methods.map(
        ({ method, recommended, note }) => html`<li>
          <button
            part="button secondary method" type="button" aria-describedby=${describedBy(method, note)}
            @click=${() => host.send({ step: 'enroll-method', method })}
          >
            <span>${host.text(`set-up.${method}`)}</span>
            ${recommended ? html`<span part="recommended">${host.text('enroll-method.recommended')}</span>` : nothing}
          </button>
          ${note ? html`<p part="description note" id="note-${method}">${note}</p>` : nothing}
          ${method === 'sms' ? smsRisk(host, strongest(methods)) : nothing}
        </li>`,
      )}
    </ul>`,
  links: notNow(host),
});
