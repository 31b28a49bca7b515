import type { Flow, Kind } from '@tweestap/client';
import type { TemplateResult } from 'lit';
import { define, FlowElement } from '../element/flow-element.ts';
import type { ViewHost } from '../element/view-host.ts';
import type { Language, Messages } from '../locales/messages.ts';
import { type SettingsMessages, settingsCatalogues } from '../locales/settings/catalogues.ts';
import type { SettingsClient } from '../settings/parts.ts';
import type { SettingsPage } from '../settings/settings-page.ts';
import type { ElementPart, Screen } from '../view/host.ts';

/** The behaviour of `<mfa-settings>`: it shows the settings while there is no flow. */
export class SettingsPart implements ElementPart {
  kind: Kind = 'enroll';
  readonly #host: ViewHost;
  #page: SettingsPage | undefined;

  constructor(host: ViewHost) {
    this.#host = host;
  }

  begin(): void {
    const host = this.#host;
    host.busy();
    host.ask(async (binding) => {
      try {
        const { SettingsPage } = await import('../settings/settings-page.ts');
        this.#page = new SettingsPage(host, binding);
        await this.#page.open();
        if (host.element.resume) await this.#page.resume();
      } catch (cause) {
        host.fail(cause, () => this.begin());
      }
    });
  }

  screen(): Screen | undefined {
    return this.#host.stepScreen();
  }

  page(): TemplateResult | undefined {
    return this.#page?.render();
  }

  texts(language: Language): Promise<SettingsMessages> {
    return settingsCatalogues[language]();
  }

  finished(flow: Flow): void {
    this.#page?.finished(flow);
  }

  cancelled(): void {
    this.#page?.cancelled();
  }
}

/**
 * Shows the login settings of the user's own account: two-step login, authenticator apps, recovery codes, remembered devices,
 * password, other sessions and recent events. If a change needs a flow, the element runs it in the same place.
 *
 * @tag mfa-settings
 *
 * @csspart settings - State of `form`: the settings are shown and no step of a flow.
 * @csspart section - One part of the settings.
 * @csspart title - The heading of a section, with its status.
 * @csspart status - Whether two-step login is on.
 * @csspart on - State of `status`: two-step login is on.
 * @csspart off - State of `status`: two-step login is off.
 * @csspart warning - A warning.
 * @csspart rows - A list of apps, devices or events.
 * @csspart row - One row of the list.
 * @csspart row-name - The name of the app, device or event.
 * @csspart row-detail - The details of the row, such as the time of the last use.
 * @csspart row-actions - The buttons of a row.
 * @csspart current - The label of the device in use, and of a passkey: whether it is synced.
 * @csspart asking - A question in a row: for a new name, or for a confirmation.
 * @csspart choice - The choice of how long a device is remembered.
 */
export class MfaSettings extends FlowElement {
  /** The client that reads the account and starts flows. @default a client for `api` */
  declare client: SettingsClient | undefined;
  /** Texts of the page that replace the element's own texts. @default undefined */
  declare messages: Partial<Messages & SettingsMessages> | undefined;

  constructor() {
    super((host) => new SettingsPart(host));
  }
}

export type { SuccessDetail } from '@tweestap/client';
export type { ErrorDetail, MfaEventMap, StepDetail } from '../view/host.ts';

declare global {
  interface HTMLElementTagNameMap {
    'mfa-settings': MfaSettings;
  }
}

define('mfa-settings', MfaSettings);
