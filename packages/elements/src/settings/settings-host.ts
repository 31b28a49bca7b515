import type { Client, FlowClient } from '@tweestap/client';
import type { Host } from '../element/host.ts';
import type { Key, Values } from '../locales/messages.ts';
import type { SettingsKey } from '../locales/settings/catalogues.ts';

/** What the settings need of a client: the account besides the flows. */
export type SettingsClient = FlowClient & Pick<Client, 'account'>;

/** What the settings get of the element that they are part of. */
export interface SettingsHost extends Host {
  text(key: Key | SettingsKey, values?: Values): string;
}
