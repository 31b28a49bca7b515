import type { Controller, Kind } from '@tweestap/client';
import type { TemplateResult } from 'lit';
import type { Language } from '../locales/messages.ts';
import { type SettingsMessages, settingsCatalogues } from '../locales/settings/catalogues.ts';
import { Desk } from './desk.ts';
import type { SettingsClient, SettingsStage } from './host.ts';
import { overview } from './overview.ts';

/** Flows that may have been left behind by a reload. */
const resumable: readonly Kind[] = ['enroll', 'recovery-codes', 'disable', 'change-password'];

/** All of the settings that is fetched after the element itself: texts, screen, and what they do. */
export class Half {
  readonly desk: Desk;
  readonly #host: SettingsStage;
  #texts: Partial<SettingsMessages> = {};

  constructor(host: SettingsStage, client: SettingsClient) {
    this.#host = host;
    this.desk = new Desk(host, client);
  }

  async open(): Promise<void> {
    await this.speak();
    await this.desk.open();
  }

  /** Takes up the flow that a reload left behind, if there is one. */
  async resume(controller: Controller): Promise<void> {
    for (const kind of resumable) if (await controller.resume(kind)) return;
  }

  text(key: string): string | undefined {
    return (this.#texts as Record<string, string>)[key];
  }

  /** Fetches the texts of the language that is spoken now. */
  async speak(): Promise<void> {
    this.#texts = await settingsCatalogues[this.#host.language as Language]();
    this.#host.requestUpdate();
  }

  screen(): TemplateResult {
    return overview(this.#host, this.desk);
  }
}
