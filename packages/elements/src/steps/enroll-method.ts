import { html, nothing } from 'lit';
import { notNow } from '../controls/links.ts';
import type { View } from '../view/host.ts';

/** The user chooses which second factor to enroll. The organisation can recommend one and add a note to each. */
export const enrollMethod: View<'enroll-method'> = ({ methods }, host) => ({
  name: 'enroll-method',
  heading: host.text('enroll-method.heading'),
  fields: html`<ul part="methods">
      ${methods.map(
        ({ method, recommended, note }) => html`<li>
          <button
            part="button secondary method" type="button" aria-describedby=${note ? `note-${method}` : nothing}
            @click=${() => host.send({ step: 'enroll-method', method })}
          >
            <span>${host.text(`set-up.${method}`)}</span>
            ${recommended ? html`<span part="recommended">${host.text('enroll-method.recommended')}</span>` : nothing}
          </button>
          ${note ? html`<p part="description note" id="note-${method}">${note}</p>` : nothing}
        </li>`,
      )}
    </ul>`,
  links: notNow(host),
});
