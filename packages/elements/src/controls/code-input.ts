import { html, nothing, type TemplateResult } from 'lit';
import { errorLine } from '../view/frame.ts';
import type { Host } from '../view/host.ts';
import { Countdown, SOON_SECONDS } from './countdown.ts';

/** What `codeInput` shows. */
export interface CodeSpec {
  /** Number of digits of a code. */
  digits: number;
  /** Seconds for which the app shows a code. Without it, no countdown is shown. */
  period?: number;
  /** Whether the last code was refused. */
  wrong: boolean;
  /** Whether the last code will be sent again automatically. Default false. */
  waiting?: boolean;
  /** The label of digits that the user copies from another screen. They are not filled in, and the user submits them with a button. */
  copied?: string;
}

/** Returns the typed text with full-width, Arabic and Persian digits replaced by ASCII digits. */
export const asciiDigits = (text: string): string =>
  text.normalize('NFKC').replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => `${digit.charCodeAt(0) & 15}`);

/**
 * Returns the code in the typed or pasted text. `123 456` and `123-456` are the same code, and `2FA code: 123456` contains
 * it: a run of exactly `length` digits is preferred. Without one it returns the first digits.
 */
const digitsOf = (text: string, length: number): string => {
  const ascii = asciiDigits(text);
  const joined = ascii.replace(/(\d)[\s\u2010-\u2015-]+(?=\d)/g, '$1');
  const run = [ascii, joined].flatMap((each) => each.split(/\D+/)).find((digits) => digits.length === length);
  return run ?? ascii.replace(/\D/g, '').slice(0, length);
};

/** A field for a code. It is one input with a place drawn behind each digit, so pasting and password managers work. The last digit submits. */
export const codeInput = (host: Host, { digits, period, wrong, waiting, copied }: CodeSpec): TemplateResult => {
  const typed = (value: string, input: HTMLInputElement) => {
    const code = digitsOf(value, digits);
    if (code !== value) input.value = code;
    if (copied === undefined && code.length === digits && host.state.name !== 'busy') host.light.requestSubmit();
  };
  return html`
    <div part="field code-field" class="digits-${digits}">
      <div class="row" aria-hidden="true">
        <span part="label" @mousedown=${(event: Event) => press(event, host)}>${copied ?? host.text('totp.label')}</span>
        ${period === undefined ? nothing : secondsLeft(host, period)}
      </div>
      <div class="code">
        <div part=${wrong ? 'code-input invalid' : waiting ? 'code-input waiting' : 'code-input'} @mousedown=${(event: Event) => press(event, host)}>
          <div class="places" aria-hidden="true">${Array.from({ length: digits }, () => html`<i part="code-place"></i>`)}</div>
          ${host.light.input({
            name: 'code',
            label: copied ?? host.text('totp.label'),
            autocomplete: copied === undefined ? 'one-time-code' : 'off',
            inputMode: 'numeric',
            invalid: wrong,
            onInput: typed,
          })}
        </div>
        ${period === undefined ? nothing : host.use(Countdown).ring(period)}
      </div>
      ${wrong || waiting ? errorLine() : null}
    </div>
  `;
};

const secondsLeft = (host: Host, period: number) => {
  const seconds = host.use(Countdown).left(period);
  return html`<span part="seconds">${host.text(seconds < SOON_SECONDS ? 'totp.soon' : 'totp.seconds', { seconds })}</span>`;
};

const press = (event: Event, host: Host): void => {
  if (event.target === host.light.node('code')) return;
  event.preventDefault();
  host.light.node('code')?.focus();
};

/** Explains how to switch on a phone's automatic time, if the last code was refused because of the phone's clock. */
export const clockCoach = (host: Host): TemplateResult | typeof nothing => {
  const problem = host.shown.name === 'step' ? host.shown.problem : undefined;
  if (!problem?.is('clock-off')) return nothing;
  const row = (system: 'android' | 'ios') =>
    html`<dt>${host.text(`system.${system}`)}</dt><dd>${host.text(`clock.${system}`)}</dd>`;
  return html`<div part="clock">
    <dl>${row('android')}${row('ios')}</dl>
  </div>`;
};
