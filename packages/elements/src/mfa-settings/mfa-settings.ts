import { define } from '../element/define.ts';
import { FlowElement } from '../element/flow-element.ts';
import type { Messages } from '../locales/messages.ts';
import type { SettingsMessages } from '../locales/settings/catalogues.ts';
import type { SettingsClient } from '../settings/settings-host.ts';
import { SettingsPart } from './settings-part.ts';

/**
 * What a user sees and changes of their own login: two-step login, authenticator apps, recovery codes, remembered devices,
 * password, other sessions, and recent events. What needs a proof is asked in the same place.
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
export class MfaSettings extends FlowElement {
  /** The client that reads the account and makes flows, where the page brings its own. */
  declare client: SettingsClient | undefined;
  /** Texts that replace those of the catalogue. */
  declare messages: Partial<Messages & SettingsMessages> | undefined;

  constructor() {
    super((host) => new SettingsPart(host));
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
