import type { Flow, Kind } from '@tweestap/client';
import type { TemplateResult } from 'lit';
import type { FlowBinding } from '../flow/flow-binding.ts';
import { overview } from './overview.ts';
import type { SettingsHost } from './settings-host.ts';
import { SettingsModel } from './settings-model.ts';

/** Flows that may have been left behind by a reload. */
const resumable: readonly Kind[] = ['enroll', 'recovery-codes', 'disable', 'change-password'];

/** The part of `<mfa-settings>` that is fetched after the element itself: the screen of the settings, and what its buttons do. */
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

  /** Takes up the flow that a reload left behind, if there is one. */
  async resume(): Promise<void> {
    for (const kind of resumable) if (await this.#binding.controller.resume(kind)) return;
  }

  /** A flow is done; one that is reported again has changed nothing. */
  finished(flow: Flow): void {
    if (flow === this.#finished) return;
    this.#finished = flow;
    this.#model.finished(flow.kind);
  }

  /** A flow was given up. */
  cancelled(): void {
    this.#model.left();
  }

  render(): TemplateResult {
    return overview(this.#host, this.#model);
  }
}
