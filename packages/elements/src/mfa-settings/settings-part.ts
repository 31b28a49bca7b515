import type { Flow, Kind } from '@tweestap/client';
import type { TemplateResult } from 'lit';
import type { ElementPart } from '../element/element-part.ts';
import type { Screen } from '../element/screen.ts';
import type { ViewHost } from '../element/view-host.ts';
import type { Language } from '../locales/messages.ts';
import { type SettingsMessages, settingsCatalogues } from '../locales/settings/catalogues.ts';
import type { SettingsPage } from '../settings/settings-page.ts';

/** What `<mfa-settings>` adds: the settings are shown wherever no flow is. */
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
