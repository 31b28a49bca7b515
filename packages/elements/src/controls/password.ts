import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../view/host.ts';
import type { LightInput } from '../view/light-nodes.ts';
import { field } from './field.ts';

/** Whether the password is shown. It is hidden again on each new screen, because the screen has a new input. */
class Reveal {
  readonly #host: Host;
  #node: HTMLInputElement | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  get on(): boolean {
    return this.#node !== undefined && this.#node === this.#host.light.node('password');
  }

  readonly toggle = (): void => {
    this.#node = this.on ? undefined : this.#host.light.node('password');
    this.#host.element.requestUpdate();
  };
}

/** The server's limit for passwords that are verified. A new password has a lower one, which its step reports. */
const MAX_PASSWORD_LENGTH = 1024;

/** The field for the password, with a button that shows it. `spec` makes it another password field of the screen. */
export const passwordField = (
  host: Host,
  wrong: boolean,
  { name = 'password', ...spec }: Partial<LightInput> = {},
): TemplateResult => {
  const reveal = host.use(Reveal);
  const label = host.text(reveal.on ? 'password.hide' : 'password.show');
  const eye = reveal.on ? 'M3 3l14 14' : 'M0 0';
  return field(
    host,
    {
      label: host.text('password.label'),
      autocomplete: 'current-password',
      max: MAX_PASSWORD_LENGTH,
      ...spec,
      name,
      type: reveal.on ? 'text' : 'password',
    },
    wrong,
    // The button of the first field shows the passwords of all fields.
    name !== 'password'
      ? nothing
      : html`<button part="reveal" type="button" aria-label=${label} @click=${reveal.toggle}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M1.5 10S4.5 4 10 4s8.5 6 8.5 6-3 6-8.5 6-8.5-6-8.5-6z" /><circle cx="10" cy="10" r="2.5" /><path d=${eye} />
      </svg>
    </button>`,
  );
};

/** A hidden username for password managers, which need it to find the password. Screen readers ignore it. */
export const silentUsername = (host: Host, username: string): TemplateResult => html`
  <div class="silent">
    ${host.light.input({
      name: 'username',
      label: host.text('username.label'),
      autocomplete: 'username',
      value: username,
      silent: true,
    })}
  </div>
`;

/** The button 'Forgot password?', which starts the flow `recover` in the same element. */
export const forgot = (host: Host): TemplateResult =>
  html`<button part="link" type="button" @click=${() => host.restart({ kind: 'recover' })}>${host.text('forgot')}</button>`;
