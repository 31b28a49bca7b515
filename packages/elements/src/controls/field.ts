import { html, nothing, type TemplateResult } from 'lit';
import { errorLine } from '../view/frame.ts';
import type { Host } from '../view/host.ts';
import type { LightInput } from '../view/light.ts';

/** Focus follows the words to the field: the label can't name an input of another tree. */
const focus = (host: Host, name: string) => (event: Event) => {
  event.preventDefault();
  host.light.node(name)?.focus();
};

/** A labelled box around an input of the page's own tree; `end` stands in the box, behind the input. */
export const field = (host: Host, spec: LightInput, wrong: boolean, end: unknown = nothing): TemplateResult => html`
  <div part="field">
    <span part="label" aria-hidden="true" @mousedown=${focus(host, spec.name)}>${spec.label}</span>
    <div part=${wrong ? 'input invalid' : 'input'} @mousedown=${boxFocus(host, spec.name)}>
      ${host.light.input({ ...spec, invalid: wrong })}${end}
    </div>
    ${wrong ? errorLine() : nothing}
  </div>
`;

/** A press on the air of the box goes to its input, one on the input or a button stays theirs. */
const boxFocus = (host: Host, name: string) => (event: Event) => {
  if (event.target === event.currentTarget) focus(host, name)(event);
};

/** The name of the account, or the e-mail address where the organisation logs in with that. */
export const usernameField = (host: Host, format: 'username' | 'email', wrong: boolean): TemplateResult =>
  field(
    host,
    {
      name: 'username',
      label: host.text(format === 'email' ? 'username.email' : 'username.label'),
      autocomplete: 'username',
      inputMode: format === 'email' ? 'email' : 'text',
      value: host.kept.username,
    },
    wrong,
  );
