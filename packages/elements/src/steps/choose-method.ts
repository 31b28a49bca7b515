import { html } from 'lit';
import { wayText } from '../controls/links.ts';
import type { View } from '../view/host.ts';

/** The user chooses which second factor to use. */
export const chooseMethod: View<'choose-method'> = (step, host) => ({
  name: 'choose-method',
  heading: host.text('choose-method.heading'),
  links: step.methods.map(
    (way) => html`<button
        part="button secondary method" type="button" @click=${() => host.send({ step: 'choose-method', method: way.method })}
      >${wayText(host, 'method', way)}</button>`,
  ),
});
