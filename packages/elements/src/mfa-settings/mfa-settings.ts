import type { Flow, Kind } from '@tweestap/client';
import type { TemplateResult } from 'lit';
import { define } from '../element/define.ts';
import { FlowElement } from '../element/flow-element.ts';
import type { Screen } from '../element/screen.ts';
import type { Shown } from '../element/state.ts';
import { fill, type Key, type Messages, type Values } from '../locales/messages.ts';
import type { SettingsKey, SettingsMessages } from '../locales/settings/catalogues.ts';
import type { Half } from '../settings/half.ts';
import type { SettingsClient, SettingsStage } from '../settings/host.ts';

/**
 * What a person sees and changes of the own login: two-step login, authenticator apps, recovery codes, remembered devices,
 * password, other sessions, and what happened lately. What needs a proof is asked in the same place.
 *
 * @tag mfa-settings
 *
 * @csspart settings - State of `form`: the settings themselves are shown, no step of a flow.
 * @csspart section - One part of the settings.
 * @csspart title - Its heading, with what stands beside it.
 * @csspart status - Whether two-step login is on.
 * @csspart on - State of `status`.
 * @csspart off - State of `status`.
 * @csspart warning - What needs to be looked at.
 * @csspart rows - A list: of apps, devices or events.
 * @csspart row - One of them.
 * @csspart row-name - How it is called.
 * @csspart row-detail - When it was used, and the like.
 * @csspart row-actions - What can be done to it.
 * @csspart current - The sign on this very device.
 * @csspart asking - What is asked in between: a new name, or whether it is meant.
 * @csspart choice - How long a device is remembered.
 */
export class MfaSettings extends FlowElement implements SettingsStage {
  override kind: Kind = 'enroll';

  /** The client that reads the account and makes flows, where the page brings its own. */
  declare client: SettingsClient | undefined;
  /** Texts that take the place of the catalogue's. */
  declare messages: Partial<Messages & SettingsMessages> | undefined;

  #half: Half | undefined;

  override text(key: Key | SettingsKey, values?: Values): string {
    const text = this.#half?.text(key);
    if (text === undefined) return super.text(key as Key, values);
    return fill(this.messages?.[key] ?? text, values);
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (name === 'lang') void this.#half?.speak();
  }

  override show(state: Shown, flow?: Flow): void {
    if (flow?.status !== 'done') {
      super.show(state, flow);
      return;
    }
    super.show({ name: 'idle' });
    this.#half?.desk.finished(flow.kind);
  }

  override async cancel(): Promise<void> {
    await super.cancel();
    this.#half?.desk.left();
  }

  protected override begin(): void {
    this.busy();
    this.ask(async (companion) => {
      try {
        const { Half } = await import('../settings/half.ts');
        this.#half = new Half(this, companion.client as SettingsClient);
        await this.#half.open();
        if (this.resume) await this.#half.resume(companion.controller);
      } catch (cause) {
        const problem = Object.assign(new Error('network', { cause }), { code: 'network' as const });
        this.show({ name: 'failed', problem, again: () => this.begin() });
      }
    });
  }

  protected override screen(flow: Flow | undefined): Screen | undefined {
    return flow && super.screen(flow);
  }

  protected override page(): TemplateResult {
    return this.#half?.screen() ?? super.page();
  }
}

export type { SuccessDetail } from '@tweestap/client';
export type { ErrorDetail, MfaEventMap, StepDetail } from '../element/events.ts';

declare global {
  interface HTMLElementTagNameMap {
    'mfa-settings': MfaSettings;
  }
}

define('mfa-settings', MfaSettings);
