import type { Account, Flow, Kind } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { FlowBinding } from '../flow/flow-binding.ts';
import { errorLine } from '../view/frame.ts';
import { devices, events } from './events.ts';
import { factors } from './factors.ts';
import { installations } from './installations.ts';
import { button, type SettingsHost, section, warning, when } from './parts.ts';
import { SettingsModel } from './settings-model.ts';

/** Kinds of flow that can be resumed after a reload. */
const resumable: readonly Kind[] = ['enroll', 'recovery-codes', 'disable', 'change-password'];

/** The screen of the settings and the actions of its buttons. This part of `<mfa-settings>` is loaded after the element itself. */
export class SettingsPage {
  readonly #host: SettingsHost;
  readonly #binding: FlowBinding;
  readonly #model: SettingsModel;
  #finished: Flow | undefined;

  constructor(host: SettingsHost, binding: FlowBinding) {
    this.#host = host;
    this.#binding = binding;
    this.#model = new SettingsModel(host, binding);
  }

  /** Reads the account. */
  open(): Promise<void> {
    return this.#model.open();
  }

  /** Resumes the flow that a reload interrupted, if there is one. */
  async resume(): Promise<void> {
    for (const kind of resumable) if (await this.#binding.controller.resume(kind)) return;
  }

  /** Handles the end of a flow. A flow that is reported twice is ignored the second time. */
  finished(flow: Flow): void {
    if (flow === this.#finished) return;
    this.#finished = flow;
    this.#model.finished(flow.kind);
  }

  /** Handles the cancellation of a flow. */
  cancelled(): void {
    this.#model.left();
  }

  /** Returns the screen of the settings. */
  render(): TemplateResult {
    return overview(this.#host, this.#model);
  }
}

const status = (host: SettingsHost, model: SettingsModel, account: Account): TemplateResult => {
  const { enrolment, flows } = account;
  const isOn = enrolment.state === 'on';
  const refused = isOn && account.factors.length === 0;
  return html`<section part="section">
    <div part="title">
      <h3>${host.text('settings.status')}</h3>
      <span part=${isOn ? 'status on' : 'status off'}>
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d=${isOn ? 'm3 8.5 3.5 3.5L13 4.5' : 'M4 4l8 8M12 4l-8 8'} /></svg>
        ${host.text(isOn ? 'settings.on' : 'settings.off')}
      </span>
    </div>
    <p part="description">
      ${host.text(isOn ? 'settings.on-how' : 'settings.off-how')}
      ${isOn && !flows.includes('disable') ? host.text('settings.mandatory') : nothing}
      ${!isOn && enrolment.deadline ? host.text('settings.deadline', { moment: when(host, enrolment.deadline) }) : nothing}
    </p>
    ${refused ? warning(host.text('settings.refused')) : nothing}
    ${isOn ? nothing : primary(host, host.text('settings.turn-on'), () => model.begin('enroll'))}
    ${flows.includes('disable') ? button(host, host.text('settings.turn-off'), () => model.begin('disable')) : nothing}
  </section>`;
};

const primary = (host: SettingsHost, words: string, press: () => void, id?: string): TemplateResult => {
  const busy = host.state.name === 'busy';
  return html`<button part=${busy ? 'button primary busy' : 'button primary'} type="button" id=${id ?? nothing} aria-disabled=${busy} @click=${() => busy || press()}>
    ${words}${busy ? html`<span part="progress"></span>` : nothing}
  </button>`;
};

const recoveryCodes = (host: SettingsHost, model: SettingsModel, account: Account): TemplateResult | typeof nothing => {
  const { recoveryCodesLeft: count, recoveryCodesLow, flows } = account;
  if (!flows.includes('recovery-codes')) return nothing;
  const key = count === 0 ? 'settings.no-codes' : 'settings.codes-left';
  return section(
    host.text('settings.codes'),
    html`
      <p part="description">${host.text(key, { count })}</p>
      ${recoveryCodesLow ? warning(host.text('settings.codes-low')) : nothing}
      ${button(host, host.text('settings.new-codes'), () => model.begin('recovery-codes'))}
    `,
  );
};

const password = (host: SettingsHost, model: SettingsModel, { flows }: Account): TemplateResult | typeof nothing => {
  if (!flows.includes('change-password')) return nothing;
  return section(
    host.text('settings.password'),
    html`
      <p part="description">${host.text('settings.password-how')}</p>
      ${button(host, host.text('settings.change-password'), () => model.begin('change-password'))}
    `,
  );
};

const sessions = (host: SettingsHost, model: SettingsModel, { otherSessions: count }: Account): TemplateResult => {
  const key = count === 0 ? 'settings.sessions-none' : 'settings.sessions-count';
  return section(
    host.text('settings.sessions'),
    html`
      <p part="description">${host.text(key, { count })}</p>
      ${count > 0 ? button(host, host.text('settings.end-sessions'), () => model.endSessions()) : nothing}
    `,
  );
};

const failure = (host: SettingsHost): TemplateResult | typeof nothing => {
  const { shown } = host;
  if (shown.name !== 'failed') return nothing;
  return html`${errorLine()}${primary(host, host.text('retry'), shown.again, 'again')}`;
};

/** All sections of the settings on one screen. */
const overview = (host: SettingsHost, model: SettingsModel | undefined): TemplateResult => {
  const account = model?.account;
  return html`
    <div part="form settings" role="group" lang=${host.language} aria-labelledby="heading">
      <slot name="logo"></slot>
      <slot name="heading"></slot>
      <h2 part="heading" id="heading" tabindex="-1">${host.text('settings.heading')}</h2>
      ${model?.said ? html`<p part="notice" role="status" tabindex="-1">${host.text(model.said)}</p>` : nothing}
      ${failure(host)}
      ${account || host.shown.name === 'failed' ? nothing : html`<p part="description" role="status">${host.text('settings.loading')}</p>`}
      ${model && account ? sections(host, model, account) : nothing}
      <slot name="help"></slot>
      <div part="footer"><slot name="footer"></slot></div>
    </div>
  `;
};

const sections = (host: SettingsHost, model: SettingsModel, account: Account): TemplateResult => html`
  ${status(host, model, account)}
  ${factors(host, model, account)}
  ${recoveryCodes(host, model, account)}
  ${devices(host, model, account)}
  ${installations(host, model, account)}
  ${password(host, model, account)}
  ${sessions(host, model, account)}
  ${events(host, model)}
`;
