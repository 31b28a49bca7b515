import type { PasswordFault } from '@tweestap/client';
import type { StepOf } from '@tweestap/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../view/host.ts';
import { passwordField } from './password.ts';

/** Minimum length of a name that a password must not contain. Shorter names are part of too many words. The server has the same rule. */
const MIN_NAME_LENGTH = 4;

/** Returns the letters and digits of a text in lower case. */
const bare = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** Returns the rule that the typed password does not meet, if the page can check it (D10). The server makes the decision. */
const faultOf = (
  host: Host,
  { username, minLength, maxLength }: StepOf<'new-password'>,
  typed: string,
): LocalFault | undefined => {
  const { length } = [...typed.normalize('NFC')];
  if (length < minLength) return 'too-short';
  if (length > maxLength) return 'too-long';
  const plain = bare(typed);
  const contains = (...names: string[]) =>
    names.map(bare).some((name) => name.length >= MIN_NAME_LENGTH && plain.includes(name));
  if (contains(username, username.split('@')[0] ?? '')) return 'contains-username';
  const { organisation } = host.flow ?? {};
  return organisation && contains(organisation.id, organisation.name) ? 'contains-organisation' : undefined;
};

/** The faults that the page can find without the server. */
type LocalFault = Exclude<PasswordFault, 'common' | 'reused'>;

/** The two fields for a new password, with a hint that follows the typed text. */
export class NewPassword {
  readonly #host: Host;
  #typed = '';

  constructor(host: Host) {
    this.#host = host;
  }

  /** Returns the rule that the typed password does not meet, if the page can check it. */
  fault(step: StepOf<'new-password'>): LocalFault | undefined {
    return faultOf(this.#host, step, this.#typed);
  }

  /** Returns both fields and the hint. Screen readers announce the hint when it changes, not at each keystroke. */
  render(step: StepOf<'new-password'>): TemplateResult {
    const host = this.#host;
    const { wrong } = host;
    const fault = this.#typed ? this.fault(step) : 'too-short';
    const words = host.text(fault ? `hint.${fault}` : 'hint.good', { count: step.minLength });
    const onInput = (typed: string) => {
      this.#typed = typed;
      host.element.requestUpdate();
    };
    // The step checks the length of a new password itself.
    const max = Number.POSITIVE_INFINITY;
    const first = { autocomplete: 'new-password', label: host.text('new-password.label'), max, onInput };
    const again = { ...first, name: 'again', label: host.text('new-password.again'), onInput: () => {} };
    const isWrong = wrong !== undefined && wrong !== 'again';
    return html`
      ${passwordField(host, isWrong, first)}
      ${isWrong ? nothing : html`<p part=${fault ? 'hint' : 'hint met'} role="status">${words}</p>`}
      ${passwordField(host, wrong === 'again', again)}
    `;
  }
}
