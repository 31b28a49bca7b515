import type { PasswordFault } from '@tweestap/client';
import type { StepOf } from '@tweestap/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../view/host.ts';
import { passwordField } from './password.ts';

/** Shorter names are part of too many words to forbid them. The server's rule; it decides. */
const shortestName = 4;

const bare = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** Why a password is refused, as far as the page can know while it is typed (D10). */
const faultOf = (
  host: Host,
  { username, minLength, maxLength }: StepOf<'new-password'>,
  typed: string,
): Told | undefined => {
  const { length } = [...typed.normalize('NFC')];
  if (length < minLength) return 'too-short';
  if (length > maxLength) return 'too-long';
  const plain = bare(typed);
  const holds = (...names: string[]) =>
    names.map(bare).some((name) => name.length >= shortestName && plain.includes(name));
  if (holds(username, username.split('@')[0] ?? '')) return 'contains-username';
  const { organisation } = host.flow ?? {};
  return organisation && holds(organisation.id, organisation.name) ? 'contains-organisation' : undefined;
};

/** The faults that the page can find without the server. */
type Told = Exclude<PasswordFault, 'common' | 'reused'>;

/** What is typed so far. */
export class NewPassword {
  readonly #host: Host;
  #typed = '';

  constructor(host: Host) {
    this.#host = host;
  }

  fault(step: StepOf<'new-password'>): Told | undefined {
    return faultOf(this.#host, step, this.#typed);
  }

  /** Both fields, and what the password still lacks: read out when it becomes another thing, not at each key. */
  render(step: StepOf<'new-password'>): TemplateResult {
    const host = this.#host;
    const { wrong } = host;
    const fault = this.#typed ? this.fault(step) : 'too-short';
    const words = host.text(fault ? `hint.${fault}` : 'hint.good', { count: step.minLength });
    const onInput = (typed: string) => {
      this.#typed = typed;
      host.element.requestUpdate();
    };
    const first = { autocomplete: 'new-password', label: host.text('new-password.label'), onInput };
    const again = { ...first, name: 'again', label: host.text('new-password.again'), onInput: () => {} };
    const isWrong = wrong !== undefined && wrong !== 'again';
    return html`
      ${passwordField(host, isWrong, first)}
      ${isWrong ? nothing : html`<p part=${fault ? 'hint' : 'hint met'} role="status">${words}</p>`}
      ${passwordField(host, wrong === 'again', again)}
    `;
  }
}
