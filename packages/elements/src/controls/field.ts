import { html, nothing, type TemplateResult } from 'lit';
import { errorLine } from '../view/frame.ts';
import type { Host } from '../view/host.ts';
import type { LightInput } from '../view/light-nodes.ts';

/** The server's limit for a typed recovery code or help-desk code. */
export const MAX_CODE_LENGTH = 64;

/** Moves the focus to the input. A `<label>` in the shadow tree can't do that for an input in the light tree. */
const focus = (host: Host, name: string) => (event: Event) => {
  event.preventDefault();
  host.light.node(name)?.focus();
};

/** A labelled box around an input of the page's own tree. `end` is shown in the box after the input. */
export const field = (host: Host, spec: LightInput, wrong: boolean, end: unknown = nothing): TemplateResult => html`
  <div part="field">
    <span part="label" aria-hidden="true" @mousedown=${focus(host, spec.name)}>${spec.label}</span>
    <div part=${wrong ? 'input invalid' : 'input'} @mousedown=${boxFocus(host, spec.name)}>
      ${host.light.input({ ...spec, invalid: wrong })}${end}
    </div>
    ${wrong ? errorLine() : nothing}
  </div>
`;

/** Moves the focus to the input if the empty space of the box is pressed, and not the input or a button. */
const boxFocus = (host: Host, name: string) => (event: Event) => {
  if (event.target === event.currentTarget) focus(host, name)(event);
};

/** The field for the username, or for the email address if the organisation uses that as the username. */
export const usernameField = (
  host: Host,
  format: 'username' | 'email',
  wrong: boolean,
  autocomplete = 'username',
): TemplateResult =>
  field(
    host,
    {
      name: 'username',
      label: host.text(format === 'email' ? 'username.email' : 'username.label'),
      autocomplete,
      inputMode: format === 'email' ? 'email' : 'text',
      value: host.kept.username,
    },
    wrong,
  );
