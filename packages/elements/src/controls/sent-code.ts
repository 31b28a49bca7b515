import { type Input, receiveCode } from '@tweestap/client';
import type { StepOf } from '@tweestap/protocol';
import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { Key } from '../locales/messages.ts';
import type { Host, Screen } from '../view/host.ts';
import { anotherWay } from './another-way.ts';
import { codeInput } from './code-input.ts';
import { Countdown } from './countdown.ts';
import { inTime } from './times.ts';

type SentStep = StepOf<'sms'> | StepOf<'email'> | StepOf<'enroll-sms'>;

/** Remembers whether a message was requested at this step, to say that a new one is on its way. */
class Requests {
  #type: string | undefined;
  #flow: unknown;
  #first: string | undefined;

  /** Whether the step has sent another code since it was shown first. */
  isAgain(host: Host, { type, resendAt, unsent }: SentStep): boolean {
    if (type !== this.#type || host.flow !== this.#flow) this.#first = resendAt;
    this.#type = type;
    this.#flow = host.flow;
    return !unsent && resendAt !== this.#first;
  }
}

/** Fills in the code of the text message, in browsers that can read it. Waits only while the step is shown. */
class Received implements ReactiveController {
  readonly #host: Host;
  #waiting: AbortController | undefined;
  #isShown = false;

  constructor(host: Host) {
    this.#host = host;
    host.element.addController(this);
  }

  /** Begins to wait, if it does not wait yet. */
  listen(digits: number): void {
    this.#isShown = true;
    if (this.#waiting) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    void receiveCode(waiting.signal).then((code) => {
      if (waiting.signal.aborted || code?.length !== digits) return;
      this.#waiting = undefined;
      this.#enter(code);
    });
  }

  hostUpdate(): void {
    this.#isShown = false;
  }

  hostUpdated(): void {
    if (!this.#isShown) this.hostDisconnected();
  }

  hostDisconnected(): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
  }

  #enter(code: string): void {
    const { light, state } = this.#host;
    const input = light.node('code');
    if (!input || state.name === 'busy') return;
    input.value = code;
    light.requestSubmit();
  }
}

/** The masked destination, which a line break must not divide. */
const unbroken = (to: string): string => to.replaceAll(' ', '\u00a0');

/** The field for a code that was sent. `above` is shown between the notice about a new code and the field. */
const sentCodeInput = (host: Host, step: SentStep, above: unknown): TemplateResult => {
  if (step.type !== 'email') host.use(Received).listen(step.digits);
  const isAgain = host.use(Requests).isAgain(host, step);
  return html`
    <p part=${isAgain ? 'notice' : 'none'} role="status">${isAgain ? host.text('sent-code.sent') : nothing}</p>
    ${above}${codeInput(host, { digits: step.digits, wrong: host.wrong !== undefined })}
  `;
};

/**
 * The button that requests a new code, or the time until that is possible. Screen readers do not announce each second,
 * because the text is no live region.
 */
const resendLink = (host: Host, step: SentStep): TemplateResult => {
  const left = host.use(Countdown).until(Date.parse(step.resendAt));
  if (left > 0) return html`<p part="hint">${host.text('sent-code.wait', { time: inTime(host.language, left) })}</p>`;
  const send = () => host.send(resend(step));
  return html`<button part="link" type="button" @click=${send}>${host.text('sent-code.again')}</button>`;
};

const resend = ({ type }: SentStep): Input => ({ step: type, action: 'resend' });

/** The screen of a step whose code was not sent because of a limit: it says when that is possible, and has the other ways. */
const unsent = (host: Host, step: SentStep, links: unknown): Screen => {
  const left = host.use(Countdown).until(Date.parse(step.resendAt));
  const key = left > 0 ? 'sent-code.later' : 'sent-code.now';
  return {
    name: step.type,
    heading: host.text('sent-code.unsent'),
    description: host.text(key, { time: inTime(host.language, left) }) + (left > 0 ? anotherWay(host) : ''),
    primary: left > 0 ? undefined : host.text('enroll-sms-number.submit'),
    onPrimary: () => host.send(resend(step)),
    links,
  };
};

interface SentSpec {
  /** The heading. */
  heading: Key;
  /** The text of the primary button. */
  primary: Key;
  /** Shown above the code. Default nothing. */
  above?: unknown;
  /** Makes the input of a complete code. */
  inputOf(code: string): Input;
  /** The links besides the one that requests a new code. */
  links: unknown;
}

/** The screen of a step that asks for a code that was sent. */
export const sentCodeScreen = (host: Host, step: SentStep, spec: SentSpec): Screen => {
  const { digits, to } = step;
  if (step.unsent) return unsent(host, step, spec.links);
  return {
    name: step.type,
    heading: host.text(spec.heading),
    description: `${host.text('sent-code.description', { digits, to: unbroken(to) })} ${host.text('code.checked')}`,
    fields: sentCodeInput(host, step, spec.above ?? nothing),
    primary: host.text(spec.primary),
    submit: ({ code }) =>
      code?.length === digits ? spec.inputOf(code) : host.complain('code', host.text('totp.missing', { digits })),
    links: [resendLink(host, step), spec.links],
  };
};
